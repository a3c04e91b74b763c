/** What is known of a service or a server that speaks OpenAI's API. */
export type Preset = {
  readonly name: string
  /** Null: it is one's own and has to be stated. */
  readonly baseUrl: string | null
  /** The environment variable of its key by its own documentation. Null: it needs none. */
  readonly apiKeyEnv: string | null
  /** The gateway's protocols that it speaks by its documentation; requests in another one are translated. */
  readonly protocols: readonly string[]
  /** How translated chat completions are written for it. Absent: as for most. */
  readonly dialect?: 'groq' | 'mistral' | 'openrouter'
  /** Its `gen_ai.provider.name` in OpenTelemetry's conventions. Absent: it has none. */
  readonly genAiProvider?: string
  /** How it differs, for the documentation. */
  readonly note: string
}

const chat = ['chat-completions', 'pass-through']
const chatAndResponses = ['chat-completions', 'responses', 'pass-through']
const all = ['chat-completions', 'responses', 'messages', 'pass-through']

/** By the providers' documentation of November 2026; a setting of the configuration comes first. */
export const presets: readonly Preset[] = [
  {
    name: 'gemini',
    genAiProvider: 'gcp.gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    apiKeyEnv: 'GEMINI_API_KEY',
    protocols: chat,
    note: 'thought signatures come with tool calls and go back with them',
  },
  {
    name: 'ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    apiKeyEnv: null,
    protocols: all,
    note: 'Responses without stored state, from version 0.13.3 on; Messages from 0.14 on',
  },
  {
    name: 'vllm',
    baseUrl: 'http://127.0.0.1:8000/v1',
    apiKeyEnv: null,
    protocols: all,
    note: 'reasoning comes as `reasoning` or `reasoning_content`',
  },
  {
    name: 'sglang',
    baseUrl: 'http://127.0.0.1:30000/v1',
    apiKeyEnv: null,
    protocols: chat,
    note: 'reasoning comes as `reasoning_content`',
  },
  {
    name: 'llama-cpp',
    baseUrl: 'http://127.0.0.1:8080/v1',
    apiKeyEnv: null,
    protocols: ['chat-completions', 'messages', 'pass-through'],
    note: 'tools need `--jinja`',
  },
  {
    name: 'lm-studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    apiKeyEnv: null,
    protocols: all,
    note: 'Messages from version 0.4.1 on',
  },
  {
    name: 'openrouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
    protocols: chat,
    dialect: 'openrouter',
    note: 'reasoning comes as `reasoning` and `reasoning_details`; streams carry comments while a model is queued',
  },
  {
    name: 'groq',
    genAiProvider: 'groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    apiKeyEnv: 'GROQ_API_KEY',
    protocols: chatAndResponses,
    dialect: 'groq',
    note: 'Responses without stored state; the usage of streams comes in `x_groq` too; reasoning comes as `reasoning` and is not taken back',
  },
  {
    name: 'together',
    baseUrl: 'https://api.together.xyz/v1',
    apiKeyEnv: 'TOGETHER_API_KEY',
    protocols: chat,
    note: '',
  },
  {
    name: 'mistral',
    genAiProvider: 'mistral_ai',
    baseUrl: 'https://api.mistral.ai/v1',
    apiKeyEnv: 'MISTRAL_API_KEY',
    protocols: chat,
    dialect: 'mistral',
    note: 'refuses `stream_options`, which are left out, and reports the usage of every stream without it; thinking is part of the content',
  },
  {
    name: 'deepseek',
    genAiProvider: 'deepseek',
    baseUrl: 'https://api.deepseek.com/v1',
    apiKeyEnv: 'DEEPSEEK_API_KEY',
    protocols: chat,
    note: 'reasoning comes as `reasoning_content`; its Messages API has another base URL',
  },
  {
    name: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apiKeyEnv: 'FIREWORKS_API_KEY',
    protocols: chatAndResponses,
    note: '',
  },
  {
    name: 'xai',
    genAiProvider: 'x_ai',
    baseUrl: 'https://api.x.ai/v1',
    apiKeyEnv: 'XAI_API_KEY',
    protocols: chatAndResponses,
    note: '',
  },
  {
    name: 'bedrock',
    genAiProvider: 'aws.bedrock',
    baseUrl: null,
    apiKeyEnv: 'AWS_BEARER_TOKEN_BEDROCK',
    protocols: chat,
    note: '`https://bedrock-runtime.<region>.amazonaws.com/openai/v1`',
  },
  {
    name: 'vertex',
    genAiProvider: 'gcp.vertex_ai',
    baseUrl: null,
    apiKeyEnv: 'VERTEX_ACCESS_TOKEN',
    protocols: chat,
    note: '`https://<region>-aiplatform.googleapis.com/v1/projects/<project>/locations/<region>/endpoints/openapi`; its tokens live for an hour, so the variable has to be renewed',
  },
]

export function findPreset(name: string): Preset {
  const found = presets.find((preset) => preset.name === name)
  if (found === undefined) throw new TypeError(`there is no preset ${name}`)
  return found
}

/** The preset whose own address has the same host, for an entry that names none. */
export function findPresetAt(address: string): Preset | undefined {
  const host = hostOf(address)
  return presets.find(({ baseUrl }) => baseUrl !== null && hostOf(baseUrl) === host)
}

function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null
}
