import { RouterError } from '../../errors.ts'
import type { Choice } from './choice.ts'
import type { CallerSignal } from './policy.ts'

/** What becomes of an answer that was waited for. */
export type Outcomes<Answer> = {
  answered(answer: Answer): Choice
  /** May throw, to refuse the request. */
  failed(error: unknown): Choice
  /** @param problem `it took longer than 500 ms` */
  late(problem: string): Choice
}

/**
 * The choice that follows from a router's answer, or from its failure, or from `timeoutMs` without either. Rejects
 * with the reason of the caller's signal once that aborts.
 *
 * @param controller aborts the router's work after a timeout or after the caller's abort.
 */
export function waitInTime<Answer>(
  pending: Promise<Answer>,
  outcomes: Outcomes<Answer>,
  routerName: string,
  timeoutMs: number,
  controller: AbortController,
  caller: CallerSignal | undefined,
): Promise<Choice> {
  const signal = typeof caller === 'function' ? caller() : caller
  return new Promise((resolve, reject) => {
    const onCallerAbort = () => {
      clearTimeout(timer)
      controller.abort(signal?.reason)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      const problem = `it took longer than ${timeoutMs} ms`
      settle(() => outcomes.late(problem))
      controller.abort(new RouterError('router-timeout', `The router "${routerName}" failed: ${problem}.`))
    }, timeoutMs)
    const settle = (choose: () => Choice) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onCallerAbort)
      try {
        resolve(choose())
      } catch (error) {
        reject(error)
      }
    }
    pending.then(
      (answer) => settle(() => outcomes.answered(answer)),
      (error: unknown) => settle(() => outcomes.failed(error)),
    )
    if (signal?.aborted) onCallerAbort()
    else signal?.addEventListener('abort', onCallerAbort, { once: true })
  })
}
