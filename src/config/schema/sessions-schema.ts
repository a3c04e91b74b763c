import { z } from 'zod'
import { defaultSessionOptions } from '../../routing/sessions/sessions.ts'

const { idleMinutes, cacheMinutes, maxSessions, maxBytes } = defaultSessionOptions

/** `SessionOptions`, key by key; `off`, which YAML 1.1 reads as false, for no sessions. */
export const sessionsSchema = z.union([
  z.strictObject({
    idleMinutes: z
      .number()
      .min(0)
      .default(idleMinutes)
      .describe('After so long without a request a conversation may switch its model freely.'),
    cacheMinutes: z
      .number()
      .min(0)
      .default(cacheMinutes)
      .describe(
        'How long a prompt cache is taken to live after its last use, if the client does not ask for an hour.',
      ),
    maxSessions: z
      .int()
      .min(1)
      .default(maxSessions)
      .describe('Conversations that are remembered; the least recent is forgotten first.'),
    maxBytes: z.int().min(65_536).default(maxBytes).describe('Memory for what is remembered of them, about.'),
  }),
  z.literal('off'),
  z.literal(false),
])
