import {
  anthropicHabits,
  azureHabits,
  deepseekHabits,
  geminiHabits,
  groqHabits,
  type Habits,
  llamaHabits,
  mistralHabits,
  ollamaHabits,
  openaiHabits,
  openrouterHabits,
} from './habits.ts'

export type ProviderUnderTest = {
  /** The column of the table, the name in the configuration and that of its model. */
  readonly name: string
  /** Its members in `routellm.yaml`, but for the address. */
  readonly entry: string
  /** Below the upstream's address. */
  readonly path: string
  /** The model's name there. */
  readonly upstream: string
  readonly habits: Habits
}

function preset(name: string, upstream: string, habits: Habits): ProviderUnderTest {
  return {
    name,
    entry: `kind: openai-compatible, preset: ${name}`,
    path: `/${name}/v1`,
    upstream,
    habits,
  }
}

/** Each kind of provider, and the presets whose APIs are known to differ. */
export const providersUnderTest: readonly ProviderUnderTest[] = [
  { name: 'openai', entry: 'kind: openai', path: '/openai/v1', upstream: 'gpt-5', habits: openaiHabits },
  { name: 'azure', entry: 'kind: azure', path: '/azure', upstream: 'my-gpt', habits: azureHabits },
  {
    name: 'anthropic',
    entry: 'kind: anthropic',
    path: '/anthropic/v1',
    upstream: 'claude-opus-4-6',
    habits: anthropicHabits,
  },
  preset('gemini', 'gemini-3.1-pro', geminiHabits),
  preset('mistral', 'mistral-medium-3-5', mistralHabits),
  preset('deepseek', 'deepseek-v4-pro', deepseekHabits),
  preset('openrouter', 'anthropic/claude-opus-4.6', openrouterHabits),
  preset('groq', 'openai/gpt-oss-120b', groqHabits),
  preset('ollama', 'gpt-oss:20b', ollamaHabits),
  preset('llama-cpp', 'gpt-oss-20b', llamaHabits),
]
