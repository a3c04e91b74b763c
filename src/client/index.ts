// The public API of `routellm/client`: the only entry that needs the package `openai`.
export type { ClientProvider, RouteLLMOptions, RoutingOptions } from './options.ts'
export { RouteLLM } from './routellm.ts'
