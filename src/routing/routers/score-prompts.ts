import { mapConcurrently } from '../../base/concurrency/limiter.ts'
import type { RoutedPrompt } from '../prompts/routed-prompt.ts'
import { isBatchRouter, type Router } from './router.ts'

const promptsAtOnce = 8

/**
 * The win rates of the strong model, in the order of the prompts: in one batch if the router can score batches, else at
 * most 8 at a time.
 *
 * @throws what the router throws; `signal.reason` if `signal` aborts.
 */
export async function scorePrompts(
  router: Router,
  prompts: readonly RoutedPrompt[],
  signal?: AbortSignal,
): Promise<Float64Array> {
  if (isBatchRouter(router)) return router.strongWinRates(prompts, signal)
  const score = async (prompt: RoutedPrompt, either: AbortSignal) => router.strongWinRate(prompt, either)
  return Float64Array.from(await mapConcurrently(prompts, promptsAtOnce, score, signal))
}
