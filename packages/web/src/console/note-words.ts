import { stepLabels } from './waterfall.ts'

/**
 * A note of the sweeper or the undoing, with the steps called as elsewhere on the screen.
 *
 * @example noteWords('createConversation undone') // '“Create the conversation” undone.'
 */
export function noteWords(text: string): string {
  const labels = Object.entries(stepLabels)
  const named = labels.reduce((words, [name, label]) => words.replaceAll(name, `“${label}”`), text)
  const begun = named.charAt(0).toUpperCase() + named.slice(1)
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
