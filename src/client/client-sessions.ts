import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { sessionsSchema } from '../config/schema/sessions-schema.ts'
import { ConfigError } from '../errors.ts'
import type { Decision } from '../gateway/decide/decision.ts'
import { createUsageTap } from '../gateway/protocols/chat-completions/usage-tap.ts'
import { createSessions, type Sessions } from '../routing/sessions/sessions.ts'
import type { RouterOptions } from './deciding/router-options.ts'
import type { ReplyObserver } from './replies/response-headers.ts'

/**
 * The conversations of a client; null if they are off.
 *
 * @throws ConfigError `bad-sessions` for settings that the server's `sessions` does not take either.
 */
export function createClientSessions({ sessions = {} }: Pick<RouterOptions, 'sessions'>): Sessions | null {
  const parsed = sessionsSchema.safeParse(sessions)
  if (!parsed.success)
    throw new ConfigError(
      'bad-sessions',
      `sessions ${JSON.stringify(sessions)} cannot be used: ${z.prettifyError(parsed.error)}. Give some of idleMinutes, cacheMinutes, maxSessions and maxBytes, or false for none`,
      { param: 'sessions' },
    )
  if (typeof parsed.data !== 'object') return null
  // A provider of the client is one that speaks OpenAI's API, which says nothing about a cache.
  return createSessions({ options: parsed.data, findTerms: () => null })
}

/** Tells the conversation of a decision how its call ended. Null if it has none. */
export function createSessionObserver(sessions: Sessions | null, decision: Decision): ReplyObserver | null {
  if (sessions === null || decision.kind === 'fixed-model' || decision.session === undefined) return null
  const { key } = decision.session
  const { model } = decision
  return {
    failed: () => sessions.end(key, { model, isAnswered: false, tokens: null, responseId: null }),
    answered(contentType) {
      const tap = createUsageTap(contentType)
      return {
        push: (chunk) => tap?.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
        end() {
          const usage = tap?.end().usage ?? null
          const tokens = usage && {
            input: usage.promptTokens,
            cachedInput: usage.cachedPromptTokens,
            output: usage.completionTokens,
          }
          // Chat completions cannot name the response before.
          sessions.end(key, { model, isAnswered: true, tokens, responseId: null })
        },
      }
    },
  }
}
