import { SegmentedControl } from '@mantine/core'

/** All callbacks, or those that failed or had a warning. */
export function OnlyTroubled({ chosen, onChoose }: { chosen: boolean; onChoose: (chosen: boolean) => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Which callbacks"
      value={chosen ? 'troubled' : 'all'}
      onChange={(value) => onChoose(value === 'troubled')}
      data={[
        { value: 'all', label: 'All' },
        { value: 'troubled', label: 'Failed or with warnings' },
      ]}
      style={{ alignSelf: 'flex-start', marginBottom: -12 }}
    />
  )
}
