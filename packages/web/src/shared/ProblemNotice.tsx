import type { Problem } from '@firstline/app/api'
import { Button, Text } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { useIsAdministrator } from '../api/session.ts'
import classes from './states.module.css'

/**
 * What went wrong, in the words that the problem brings; the code, the cause and the remedy for administrators only.
 * "Try again" is there when `onRetry` is given and the problem says that it can help.
 */
export function ProblemNotice({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  // The titles of the contract's codes speak of callbacks and proxies: nothing that a worker could do anything about.
  const administrator = useIsAdministrator()
  return (
    <div className={classes['problem']} role="alert">
      <IconAlertTriangle size={20} className={classes['problemIcon']} aria-hidden />
      <div className={classes['problemBody']}>
        {(administrator || problem.code === 0) && (
          <Text fw={600} size="sm">
            {problem.title}
          </Text>
        )}
        <Text size="sm">{problem.detail}</Text>
        <ProblemForAdministrator problem={problem} />
        {onRetry && problem.retryable && (
          <Button
            variant="default"
            size="xs"
            mt="xs"
            leftSection={<IconRefresh size={15} aria-hidden />}
            onClick={onRetry}
          >
            Try again
          </Button>
        )}
      </div>
    </div>
  )
}

/** Code, cause and remedy, for administrators; nothing for anybody else. */
export function ProblemForAdministrator({ problem }: { problem: Problem }) {
  if (!useIsAdministrator()) return null
  const rows: [string, string | undefined][] = [
    ['Code', problem.code ? String(problem.code) : undefined],
    ['Cause', problem.cause],
    ['Remedy', problem.remedy],
    ['Request', problem.requestId || undefined],
  ]
  const shown = rows.filter((row): row is [string, string] => row[1] !== undefined)
  if (shown.length === 0) return null
  return (
    <dl className={classes['facts']}>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
