import { Button, Text } from '@mantine/core'
import classes from './ActivityPage.module.css'

/** The end of a list that is loaded page by page. */
export function ListFoot({ more, loading, onMore }: { more: boolean; loading: boolean; onMore: () => void }) {
  return (
    <div className={classes['foot']}>
      {more ? (
        <Button variant="default" loading={loading} onClick={onMore}>
          Show earlier ones
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          That is everything.
        </Text>
      )}
    </div>
  )
}
