import { Button, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useMe } from '../api/session.ts'
import { builtIn } from './callback-url.ts'
import { addressFor, type Callback, prefilled, probeParams } from './callbacks.ts'
import { useSampleCustomer } from './console-data.ts'
import classes from './TryIt.module.css'

export type Asked = { location: string; params: Record<string, string> }
type TryItFormProps = {
  callback: Callback
  target: string
  saved: boolean
  busy: boolean
  /** A request that was made before, to be made again. */
  again?: Asked | undefined
  onAsk: (asked: Asked) => void
}

/** The parameters of a probe, prefilled with what usually works. */
export function TryItForm({ callback, target, saved, busy, again, onAsk }: TryItFormProps) {
  const me = useMe()
  const [chosen, setChosen] = useState(again?.location ?? callback.locations[0]?.location ?? '')
  const sample = useSampleCustomer().data ?? undefined
  const [typed, setTyped] = useState<Record<string, string>>(again?.params ?? {})
  const [suggestion, setSuggestion] = useState<string>()
  const location = callback.locations.find((each) => each.location === chosen)
  if (!location) return null
  const values: Record<string, string> = { Worker: me.identity, ...prefilled(location, sample), ...typed }

  function type(name: string, value: string) {
    // Another channel needs another kind of address; one that was typed by hand is left alone.
    const follows = name === 'ChannelType' && !('ChannelValue' in typed && typed['ChannelValue'] !== suggestion)
    if (!follows) return setTyped({ ...typed, [name]: value })
    const ChannelValue = addressFor(value, sample)
    setSuggestion(ChannelValue)
    setTyped({ ...typed, [name]: value, ChannelValue })
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    // React lets events rise out of a drawer to whatever form it was opened from.
    event.stopPropagation()
    if (location) onAsk({ location: location.location, params: probeParams(location, values) })
  }
  return (
    <form className={classes['form']} onSubmit={submit} aria-label="Request">
      <Text size="sm" className={classes['target']}>
        <span>Calls</span>
        <strong>{target === builtIn ? 'the built-in integration service' : target}</strong>
        {!saved && <span>This address is not saved yet; it is used for this try only.</span>}
      </Text>
      {callback.locations.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label="What to ask for"
          value={chosen}
          onChange={setChosen}
          data={callback.locations.map((each) => ({ value: each.location, label: each.label }))}
        />
      )}
      <Text size="sm" c="dimmed">
        {location.purpose} Sent as <code>Location={location.location}</code>.
      </Text>
      <TextInput
        label="Worker"
        description="The identity of the worker who asks."
        value={values['Worker']}
        onChange={(event) => type('Worker', event.currentTarget.value)}
        data-autofocus
      />
      {location.fields.map((field) =>
        field.choices ? (
          <NativeSelect
            key={field.name}
            label={field.label}
            data={field.choices}
            value={values[field.name]}
            onChange={(event) => type(field.name, event.currentTarget.value)}
          />
        ) : (
          <TextInput
            key={field.name}
            label={field.optional ? `${field.label} (optional)` : field.label}
            description={field.hint}
            value={values[field.name]}
            onChange={(event) => type(field.name, event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
        ),
      )}
      <Button type="submit" loading={busy} leftSection={<IconSend size={16} aria-hidden />}>
        Send the request
      </Button>
    </form>
  )
}
