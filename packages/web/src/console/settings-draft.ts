import type { Settings } from '@firstline/app/api'
import { builtIn, callbackUrlProblem } from './callback-url.ts'
import { callbacks } from './callbacks.ts'

/** What the administrator is typing. The URL is kept while the switch is on "Built-in". */
export type Choice = { own: boolean; url: string }
export type SettingsDraft = Record<keyof Settings, Choice>

export function draftOf(settings: Settings): SettingsDraft {
  const choice = (value: string): Choice => (value === builtIn ? { own: false, url: '' } : { own: true, url: value })
  return {
    outgoingConversationCallbackUrl: choice(settings.outgoingConversationCallbackUrl),
    crmCallbackUrl: choice(settings.crmCallbackUrl),
    templatesCallbackUrl: choice(settings.templatesCallbackUrl),
  }
}

/** The value that a choice stands for in the settings. */
export function settingOf(choice: Choice): string {
  return choice.own ? choice.url.trim() : builtIn
}

export function settingsOf(draft: SettingsDraft): Settings {
  return {
    outgoingConversationCallbackUrl: settingOf(draft.outgoingConversationCallbackUrl),
    crmCallbackUrl: settingOf(draft.crmCallbackUrl),
    templatesCallbackUrl: settingOf(draft.templatesCallbackUrl),
  }
}

/** How many of the three differ from what is saved. */
export function changesIn(draft: SettingsDraft, saved: Settings): number {
  return callbacks.filter(({ setting }) => settingOf(draft[setting]) !== saved[setting]).length
}

/** What stands in the way of saving, by setting. One that is not set yet and was not touched may stay so. */
export function problemsIn(draft: SettingsDraft, saved: Settings): Partial<Record<keyof Settings, string>> {
  const problems: Partial<Record<keyof Settings, string>> = {}
  for (const { setting } of callbacks) {
    const choice = draft[setting]
    if (!choice.own || settingOf(choice) === saved[setting]) continue
    const problem = callbackUrlProblem(choice.url)
    if (problem) problems[setting] = problem
  }
  return problems
}
