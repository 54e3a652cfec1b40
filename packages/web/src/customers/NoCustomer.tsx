import { IconAddressBook } from '@tabler/icons-react'
import { EmptyState } from '../shared/EmptyState.tsx'

export function NoCustomer() {
  return (
    <EmptyState icon={<IconAddressBook />} title="No customer chosen">
      Choose a customer on the left to see how they can be reached, and to start a conversation.
    </EmptyState>
  )
}
