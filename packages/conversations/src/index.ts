export { type Conversations, type ConversationsOptions, createConversations } from './create.ts'
export type { Log, WebhookTarget } from './engine.ts'
export type { ConversationsTables } from './tables.ts'
