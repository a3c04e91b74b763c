import type { RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import { isBatchRouter, type Router } from '../../routing/routers/router.ts'

/** Win rates in the order of the prompts: in one batch if the router can, else one by one. */
export async function strongWinRatesOf(
  router: Router,
  prompts: readonly RoutedPrompt[],
  signal?: AbortSignal,
): Promise<ArrayLike<number>> {
  if (isBatchRouter(router)) return router.strongWinRates(prompts, signal)
  return Promise.all(prompts.map(async (prompt) => router.strongWinRate(prompt, signal)))
}
