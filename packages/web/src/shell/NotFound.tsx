import { IconMapQuestion } from '@tabler/icons-react'
import { EmptyState } from '../shared/EmptyState.tsx'
import { LinkButton } from '../shared/links.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'

export function NotFound() {
  return (
    <main>
      <PageHeader title="Page not found" />
      <EmptyState icon={<IconMapQuestion />} title="There is nothing at this address">
        The link may be old, or a letter may have been lost on the way.
        <br />
        <LinkButton to="/conversations">To your conversations</LinkButton>
      </EmptyState>
    </main>
  )
}
