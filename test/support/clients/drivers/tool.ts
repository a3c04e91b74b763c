import { z } from 'zod'
import type { AddCalls } from '../client.ts'
import { toolResult } from '../features.ts'

export const sumSchema = z.object({ sum: z.number() })
export const addSchema = z.object({ a: z.number(), b: z.number() })

/** Runs the tool, and keeps what it was called with. */
export function createAdd(): AddCalls {
  const calls: unknown[] = []
  return {
    calls,
    run(given) {
      calls.push(given)
      return toolResult
    },
  }
}

/** More replies in a row than this are no conversation. */
export const maxReplies = 3
