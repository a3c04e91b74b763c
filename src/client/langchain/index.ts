// The public API of `routellm/langchain`: the only entry that needs the package `@langchain/core`.
export { type ChatRunnable, RoutedChatModel, type RoutedChatModelOptions } from './routed-chat-model.ts'
