// The public API of `routellm/ai-sdk`: models for the AI SDK that decide in this process.
export type { LanguageModel } from './language-model.ts'
export { createRoutedModels, type RoutedModels, type RoutedModelsOptions } from './routed-models.ts'
