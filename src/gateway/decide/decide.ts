import { RouteLLMError, RouterError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Candidate, Choice, FallbackChoice, FallbackReason } from '../../routing/policies/choice.ts'
import type { RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import type { Router } from '../../routing/routers/router.ts'

/** The two models that a router chooses between. */
export type RoutedPair = { readonly strong: Model; readonly weak: Model }

/** Aborts when nobody waits any more; or makes what does, and is called only once something is waited for. */
export type CallerSignal = AbortSignal | (() => AbortSignal)

/** Scores a prompt and compares: win rate ≥ threshold means strong. */
export type Decide = (
  prompt: RoutedPrompt,
  router: Router,
  threshold: number,
  signal?: CallerSignal,
) => Choice | Promise<Choice>

/**
 * Makes decisions. One with a router that answers at once costs no promise and no timer.
 *
 * A router that throws, rejects, returns no number in [0, 1] or takes longer than `routerTimeoutMs` gives a
 * fallback to the strong model. One that refuses for its load (`RouterError` of status 429) is obeyed: its error is
 * thrown, because an answer by the strong model would cost most when there is most to do.
 * The promise rejects with `signal.reason` once the caller's `signal` aborts.
 */
export function createDecide(pair: RoutedPair, routerTimeoutMs: number): Decide {
  /** An AbortSignal costs more than a local router: those that answered at once before are called without one. */
  const answersAtOnce = new WeakSet<Router>()
  const candidates = [pair.strong, pair.weak].map(
    (model): Candidate => ({ model, usd: null, excluded: null }),
  )

  function choose(strongWinRate: number, router: Router, threshold: number): Choice {
    if (!(strongWinRate >= 0 && strongWinRate <= 1)) {
      return fallback(
        'router-error',
        `it returned ${strongWinRate}, not a win rate from 0 to 1`,
        router,
        threshold,
      )
    }
    const side = strongWinRate >= threshold ? 'strong' : 'weak'
    return {
      kind: 'routed',
      model: pair[side],
      policy: null,
      router: router.name,
      threshold,
      strongWinRate,
      side,
      candidates,
      scores: null,
    }
  }

  function fallback(
    reason: FallbackReason,
    problem: string,
    router: Router,
    threshold: number,
  ): FallbackChoice {
    return {
      kind: 'fallback',
      fallback: reason,
      model: pair.strong,
      policy: null,
      router: router.name,
      threshold,
      side: 'strong',
      problem,
      candidates,
    }
  }

  function failed(error: unknown, router: Router, threshold: number): FallbackChoice {
    if (error instanceof RouterError && error.status === 429) throw error
    return fallback('router-error', problemOf(error), router, threshold)
  }

  function decideInTime(
    score: (signal: AbortSignal) => number | Promise<number>,
    router: Router,
    threshold: number,
    caller: CallerSignal | undefined,
  ): Choice | Promise<Choice> {
    const controller = new AbortController()
    const first = score(controller.signal)
    if (typeof first === 'number') {
      answersAtOnce.add(router)
      return choose(first, router, threshold)
    }
    const signal = typeof caller === 'function' ? caller() : caller
    return new Promise((resolve, reject) => {
      const onCallerAbort = () => {
        clearTimeout(timer)
        controller.abort(signal?.reason)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onCallerAbort)
        const problem = `it took longer than ${routerTimeoutMs} ms`
        resolve(fallback('router-timeout', problem, router, threshold))
        controller.abort(new RouterError('router-timeout', `The router "${router.name}" failed: ${problem}.`))
      }, routerTimeoutMs)
      const settle = (choice: () => Choice) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onCallerAbort)
        try {
          resolve(choice())
        } catch (error) {
          reject(error)
        }
      }
      first.then(
        (winRate) => settle(() => choose(winRate, router, threshold)),
        (error: unknown) => settle(() => failed(error, router, threshold)),
      )
      if (signal?.aborted) onCallerAbort()
      else signal?.addEventListener('abort', onCallerAbort, { once: true })
    })
  }

  return (prompt, router, threshold, signal) => {
    try {
      if (!answersAtOnce.has(router)) {
        return decideInTime((s) => router.strongWinRate(prompt, s), router, threshold, signal)
      }
      const winRate = router.strongWinRate(prompt)
      if (typeof winRate === 'number') return choose(winRate, router, threshold)
      answersAtOnce.delete(router)
      return decideInTime(() => winRate, router, threshold, signal)
    } catch (error) {
      return failed(error, router, threshold)
    }
  }
}

/** Messages of foreign errors may quote the prompt, so only their names are told. */
function problemOf(error: unknown): string {
  if (error instanceof RouteLLMError) return `${error.code}: ${error.message}`
  return error instanceof Error ? `it threw ${error.name}` : 'it threw something that is no Error'
}
