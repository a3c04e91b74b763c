import { createScoreCache, scoreKey } from '../../learning/evaluation/score-cache.ts'
import { loadRouter, type RouterSpec } from '../../routing/routers/registry.ts'
import { isClosableRouter } from '../../routing/routers/router.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import type { JobContext } from '../job.ts'
import { routerIdentity } from './router-identity.ts'
import { scoreRows } from './score-rows.ts'

export type PromptScoring = {
  readonly router: RouterSpec
  readonly prompts: readonly string[]
  /** Keeps win rates between runs. Nothing is kept if it is absent. */
  readonly cacheFolder?: string
}

/**
 * The win rates of prompts, in order; equal prompts are scored once. If the same router scored the same prompts before,
 * they come from the cache and the router's weights are not loaded.
 */
export async function scoreDistinctPrompts(
  { router, prompts, cacheFolder }: PromptScoring,
  context: JobContext,
): Promise<Float64Array> {
  const { dependencies } = context.workspace
  const distinct = [...new Set(prompts)]
  const identity = cacheFolder === undefined ? undefined : await routerIdentity(router, dependencies)
  const cache = cacheFolder === undefined ? undefined : createScoreCache(cacheFolder)
  const key = identity === undefined ? '' : scoreKey({ ...identity, prompts: distinct })
  const cached = identity === undefined ? undefined : await cache?.read(key, distinct.length)
  const winRates = cached ?? (await scoreWithRouter(router, dependencies, distinct, context))
  if (cached === undefined && identity !== undefined) {
    await cache?.write(key, winRates).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      context.onWarning(
        `the scores of ${router.name} could not be kept for the next run (${reason}); --no-cache, or ROUTELLM_CACHE with another folder, avoids this`,
      )
    })
  }
  const rowOf = new Map(distinct.map((prompt, row) => [prompt, row]))
  return Float64Array.from(prompts, (prompt) => winRates[rowOf.get(prompt) ?? -1] ?? Number.NaN)
}

async function scoreWithRouter(
  spec: RouterSpec,
  dependencies: RouterDependencies,
  prompts: readonly string[],
  context: JobContext,
): Promise<Float64Array> {
  const router = await loadRouter(spec, dependencies)
  try {
    const rows = prompts.map((prompt) => ({ columns: {}, scoredBy: { kind: 'prompt', prompt } as const }))
    return Float64Array.from(await scoreRows(router, rows, context))
  } finally {
    if (isClosableRouter(router)) await router.close()
  }
}
