import { Button } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../shared/EmptyState.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'

export function NotFound() {
  return (
    <main>
      <PageHeader title="Page not found" />
      <EmptyState icon={<IconMapQuestion />} title="There is nothing at this address">
        The link may be old, or a letter may have been lost on the way.
        <br />
        <Button component={Link} to="/conversations">
          To your conversations
        </Button>
      </EmptyState>
    </main>
  )
}
