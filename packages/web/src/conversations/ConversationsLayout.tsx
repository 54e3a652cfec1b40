export function ConversationsLayout() {
  return null
}
