import { isBatchRouter, type Router } from '../routers/router.ts'
import type { RoutedPrompt } from '../text/routed-prompt.ts'

/** Win rates in the order of the prompts: together where the router can, else one by one. */
export async function strongWinRatesOf(
  router: Router,
  prompts: readonly RoutedPrompt[],
  signal?: AbortSignal,
): Promise<ArrayLike<number>> {
  if (isBatchRouter(router)) return router.strongWinRates(prompts, signal)
  return Promise.all(prompts.map(async (prompt) => router.strongWinRate(prompt, signal)))
}
