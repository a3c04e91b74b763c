import { chatCompletions } from './chat-completions/protocol.ts'
import { messages } from './messages/protocol.ts'
import { passThrough } from './pass-through/protocol.ts'
import type { Protocol } from './protocol.ts'
import { responses } from './responses/protocol.ts'

/** Every protocol that the server speaks. */
export const protocols: readonly Protocol[] = [chatCompletions, messages, responses, passThrough]
