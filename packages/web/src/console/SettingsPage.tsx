import type { Settings, SettingsView } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { asProblem } from '../api/client.ts'
import { Loading } from '../shared/Loading.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { CallbackCard } from './CallbackCard.tsx'
import { type Callback, callbacks } from './callbacks.ts'
import { useSaveSettings, useSettings } from './console-data.ts'
import { LeaveWarning } from './LeaveWarning.tsx'
import classes from './SettingsPage.module.css'
import {
  type Choice,
  changesIn,
  draftOf,
  problemsIn,
  type SettingsDraft,
  settingOf,
  settingsOf,
} from './settings-draft.ts'
import { TryIt } from './TryIt.tsx'
import { WebhookCard } from './WebhookCard.tsx'

export function SettingsPage() {
  const settings = useSettings()
  return (
    <>
      <PageHeader title="Settings" subtitle="Where Firstline asks for customers, numbers and templates" />
      {settings.data ? (
        <SettingsForm saved={settings.data} />
      ) : settings.error ? (
        <div className={classes['problem']}>
          <ProblemNotice problem={asProblem(settings.error)} onRetry={() => void settings.refetch()} />
        </div>
      ) : (
        <Loading what="settings" />
      )}
    </>
  )
}

function SettingsForm({ saved }: { saved: SettingsView }) {
  const [edited, setEdited] = useState<SettingsDraft>()
  const [problems, setProblems] = useState<Partial<Record<keyof Settings, string>>>({})
  const [tried, setTried] = useState<Callback>()
  const form = useRef<HTMLFormElement>(null)
  const save = useSaveSettings()
  const draft = edited ?? draftOf(saved)
  const changes = changesIn(draft, saved)

  function change(setting: keyof Settings, choice: Choice) {
    save.reset()
    setProblems({ ...problems, [setting]: undefined })
    setEdited({ ...draft, [setting]: choice })
  }
  function submit() {
    const found = problemsIn(draft, saved)
    setProblems(found)
    const first = callbacks.find(({ setting }) => found[setting])
    if (first) form.current?.querySelector<HTMLInputElement>(`[name=${first.setting}]`)?.focus()
    else save.mutate(settingsOf(draft), { onSuccess: () => setEdited(undefined) })
  }
  return (
    <>
      <form
        ref={form}
        className={classes['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <div className={classes['columns']}>
          <div className={classes['cards']}>
            {callbacks.map((callback) => (
              <CallbackCard
                key={callback.setting}
                callback={callback}
                choice={draft[callback.setting]}
                problem={problems[callback.setting]}
                builtInAvailable={saved.builtInAvailable}
                changed={settingOf(draft[callback.setting]) !== saved[callback.setting]}
                onChange={(choice) => change(callback.setting, choice)}
                onProblem={(problem) => setProblems({ ...problems, [callback.setting]: problem })}
                onTry={() => setTried(callback)}
              />
            ))}
          </div>
          <WebhookCard settings={saved} />
        </div>
        <div className={classes['bar']} data-shown={changes > 0 || save.isError || save.isSuccess || undefined}>
          {save.error && <ProblemNotice problem={asProblem(save.error)} onRetry={submit} />}
          <div className={classes['barLine']}>
            <p role="status">
              {changes > 0 ? (
                <>
                  <strong>{changes === 1 ? 'One change' : `${changes} changes`}</strong> not saved yet
                </>
              ) : save.isSuccess ? (
                'Saved. It holds from the next call on.'
              ) : null}
            </p>
            {changes > 0 && (
              <>
                <Button
                  variant="default"
                  onClick={() => {
                    setEdited(undefined)
                    setProblems({})
                    save.reset()
                  }}
                >
                  Discard
                </Button>
                <Button type="submit" loading={save.isPending}>
                  Save
                </Button>
              </>
            )}
          </div>
        </div>
      </form>
      {tried && (
        <TryIt
          callback={tried}
          target={settingOf(draft[tried.setting])}
          saved={settingOf(draft[tried.setting]) === saved[tried.setting]}
          onClose={() => setTried(undefined)}
        />
      )}
      <LeaveWarning unsaved={changes > 0} />
    </>
  )
}
