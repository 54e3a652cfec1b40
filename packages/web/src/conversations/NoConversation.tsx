import { IconMessageCircle } from '@tabler/icons-react'
import { EmptyState } from '../shared/EmptyState.tsx'

export function NoConversation() {
  return (
    <EmptyState icon={<IconMessageCircle />} title="No conversation chosen">
      Choose one on the left, or start a new one from a customer.
    </EmptyState>
  )
}
