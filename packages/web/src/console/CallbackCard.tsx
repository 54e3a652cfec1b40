import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useId } from 'react'
import { builtIn, callbackUrlProblem, travelsInTheOpen } from './callback-url.ts'
import type { Callback } from './callbacks.ts'
import classes from './SettingsPage.module.css'
import type { Choice } from './settings-draft.ts'

type CallbackCardProps = {
  callback: Callback
  choice: Choice
  problem: string | undefined
  builtInAvailable: boolean
  changed: boolean
  onChange: (choice: Choice) => void
  onProblem: (problem: string | undefined) => void
  onTry: () => void
}

/** One of the three callbacks: what it is for, who answers it, and a way to try it. */
export function CallbackCard(props: CallbackCardProps) {
  const { callback, choice, problem, builtInAvailable, changed, onChange, onProblem, onTry } = props
  const id = useId()
  const check = () => onProblem(choice.url.trim() === '' ? undefined : callbackUrlProblem(choice.url))
  function tryIt() {
    const found = choice.own ? callbackUrlProblem(choice.url) : undefined
    onProblem(found)
    if (found) document.getElementById(`${id}-url`)?.focus()
    else onTry()
  }
  return (
    <section className={classes['card']} aria-labelledby={`${id}-title`}>
      <div className={classes['cardTop']}>
        <h2 id={`${id}-title`}>{callback.title}</h2>
        {changed && <span className={classes['changed']}>Not saved</span>}
        <SegmentedControl
          size="xs"
          aria-label={`Who answers: ${callback.title}`}
          value={choice.own ? 'own' : builtIn}
          onChange={(value) => onChange({ ...choice, own: value === 'own' })}
          data={[
            { value: builtIn, label: 'Built-in', disabled: !builtInAvailable },
            { value: 'own', label: 'My own server' },
          ]}
          className={classes['switch'] ?? ''}
        />
      </div>
      <p>{callback.purpose}</p>
      <ul className={classes['locations']} aria-label="Questions it is asked">
        {callback.locations.map(({ location }) => (
          <li key={location}>
            <code>{location}</code>
          </li>
        ))}
      </ul>
      <div className={classes['answerer']}>
        {choice.own ? (
          <TextInput
            id={`${id}-url`}
            name={callback.setting}
            type="url"
            aria-label={callback.title}
            placeholder="https://example.com/callbacks"
            value={choice.url}
            error={problem}
            description={problem === undefined && travelsInTheOpen(choice.url) ? inTheOpen : undefined}
            inputWrapperOrder={['input', 'description', 'error']}
            onChange={(event) => onChange({ own: true, url: event.currentTarget.value })}
            onBlur={check}
            autoComplete="off"
            spellCheck={false}
            inputMode="url"
          />
        ) : (
          <p className={classes['quiet']}>The integration service that comes with Firstline answers.</p>
        )}
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          aria-label={`Try it: ${callback.title}`}
          onClick={tryIt}
        >
          Try it
        </Button>
      </div>
    </section>
  )
}

const inTheOpen = 'Over http:// others on the way can read customers’ data. Use https:// outside your own network.'
