import { createScoreCache, scoreKey } from '../../learning/evaluation/score-cache.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import { loadRouter } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import { scorePrompts } from '../../routing/routers/score-prompts.ts'
import { createProgress } from '../terminal/progress.ts'
import type { CommandContext } from '../terminal/terminal.ts'
import { routerIdentity } from './router-identity.ts'

/** Few enough that progress shows and Ctrl-C is heard. */
const batchPrompts = 256

export type PromptScoring = {
  readonly router: RouterSpec
  readonly dependencies: RouterDependencies
  readonly prompts: readonly string[]
  /** Where win rates are kept between runs; undefined keeps none. */
  readonly cacheFolder?: string
}

/**
 * The win rates of prompts, in order; equal prompts are scored once. Taken from the cache where the same router scored
 * the same prompts before; then its weights are not even loaded.
 */
export async function winRatesOfPrompts(
  { router, dependencies, prompts, cacheFolder }: PromptScoring,
  context: CommandContext,
): Promise<Float64Array> {
  const distinct = [...new Set(prompts)]
  const identity = cacheFolder === undefined ? undefined : await routerIdentity(router, dependencies)
  const cache = cacheFolder === undefined ? undefined : createScoreCache(cacheFolder)
  const key = identity === undefined ? '' : scoreKey({ ...identity, prompts: distinct })
  const cached = identity === undefined ? undefined : await cache?.read(key, distinct.length)
  const winRates = cached ?? (await scoreAll(router, dependencies, distinct, context))
  if (cached === undefined && identity !== undefined) {
    await cache?.write(key, winRates).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      context.terminal.note(
        `${context.terminal.colors.yellow('warning:')} the scores of ${router.name} could not be kept for the next run (${reason}); --no-cache, or ROUTELLM_CACHE with another folder, avoids this`,
      )
    })
  }
  const rowOf = new Map(distinct.map((prompt, row) => [prompt, row]))
  return Float64Array.from(prompts, (prompt) => winRates[rowOf.get(prompt) ?? -1] ?? Number.NaN)
}

async function scoreAll(
  spec: RouterSpec,
  dependencies: RouterDependencies,
  prompts: readonly string[],
  { terminal, interrupted }: CommandContext,
): Promise<Float64Array> {
  const router = await loadRouter(spec, dependencies)
  const progress = createProgress(terminal, `scoring with ${router.name}`, prompts.length)
  try {
    const winRates = new Float64Array(prompts.length)
    for (let begin = 0; begin < prompts.length; begin += batchPrompts) {
      winRates.set(await scoreBatch(router, prompts.slice(begin, begin + batchPrompts), interrupted), begin)
      progress.update(Math.min(begin + batchPrompts, prompts.length))
      // A router that computes at once never gives the event loop its turn, and a signal would go unheard.
      await new Promise((resolve) => setImmediate(resolve))
      interrupted.throwIfAborted()
    }
    return winRates
  } finally {
    progress.stop()
    if (isClosableRouter(router)) await router.close()
  }
}

function scoreBatch(router: Router, texts: readonly string[], signal: AbortSignal) {
  return scorePrompts(router, texts.map(promptFromText), signal)
}
