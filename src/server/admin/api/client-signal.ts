import type { FastifyReply } from 'fastify'
import { RouteLLMError } from '../../../errors.ts'

/** Aborts if the client leaves before the answer. */
export function abortWithClient({ raw }: FastifyReply): AbortSignal {
  const control = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished)
      control.abort(new RouteLLMError('aborted', 'The client left before the answer.', { status: 499 }))
  })
  return control.signal
}
