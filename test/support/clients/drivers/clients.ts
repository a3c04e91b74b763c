import type { Client } from '../client.ts'
import { agentsClients } from './agents.ts'
import { aiSdkClients } from './ai-sdk.ts'
import { anthropicClient } from './anthropic.ts'
import { langchainClients } from './langchain.ts'
import { openaiChat } from './openai-chat.ts'
import { openai6, openai7 } from './openai-class.ts'
import { openaiResponses } from './openai-responses.ts'

/** The clients of the table, in its order. */
export const clients: readonly Client[] = [
  openaiChat('openai 6', 'openai', openai6),
  openaiResponses('openai 6', 'openai', openai6),
  openaiChat('openai 7', 'openai-7', openai7),
  openaiResponses('openai 7', 'openai-7', openai7),
  anthropicClient,
  ...aiSdkClients,
  ...agentsClients,
  ...langchainClients,
]
