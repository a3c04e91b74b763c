import type { RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import type { Explanation } from '../../routing/routers/explanation.ts'
import { isExplainingRouter, type Router } from '../../routing/routers/router.ts'
import type { Decision } from './decision.ts'
import type { RoutedRouting, Routing } from './routing.ts'

/**
 * The whole decision, in words a person reads first: `strong win rate 0.62 ≥ threshold 0.5, so gpt-5 answers;
 * for the strong model speak numbers (+0.8) and length (+0.3)`.
 *
 * @param router the router that was asked; null for a fixed model.
 */
export async function explainDecision(
  routing: Routing,
  router: Router | null,
  prompt: RoutedPrompt,
  signal?: AbortSignal,
): Promise<Decision> {
  switch (routing.kind) {
    case 'fixed-model':
      return {
        reason: 'fixed-model',
        model: routing.model.name,
        router: null,
        threshold: null,
        strongWinRate: null,
        explanation: unscored(`the request names ${routing.model.name} itself, so nothing was scored`),
      }
    case 'fallback':
      return {
        reason: 'fallback',
        fallback: routing.fallback,
        model: routing.model.name,
        router: routing.router,
        threshold: routing.threshold,
        strongWinRate: null,
        explanation: unscored(
          `the router ${routing.router} did not score the prompt (${routing.problem}), so the strong model ${routing.model.name} answers`,
        ),
      }
    case 'routed': {
      const explained =
        router !== null && isExplainingRouter(router) ? await router.explain(prompt, signal) : unexplained
      return {
        reason: 'routed',
        model: routing.model.name,
        router: routing.router,
        threshold: routing.threshold,
        strongWinRate: routing.strongWinRate,
        explanation: {
          summary: summaryOf(routing, explained),
          contributions: explained.contributions,
          flipsAt: routing.strongWinRate,
          ...(explained.nearest !== undefined && { nearest: explained.nearest }),
        },
      }
    }
  }
}

type Reasons = Omit<Explanation, 'strongWinRate'>

const unexplained: Reasons = { contributions: [] }

function unscored(summary: string) {
  return { summary, contributions: [], flipsAt: null }
}

function summaryOf(routing: RoutedRouting, reasons: Reasons): string {
  const { strongWinRate, threshold, side, model } = routing
  const shown = shortThreshold(threshold, strongWinRate)
  const comparison = `strong win rate ${apart(strongWinRate, shown)} ${side === 'strong' ? '≥' : '<'} threshold ${shown}`
  return `${comparison}, so ${model.name} answers${reasonOf(reasons, side)}`
}

function reasonOf({ reason, contributions }: Reasons, side: RoutedRouting['side']): string {
  if (reason !== undefined) return `; ${reason}`
  const sign = side === 'strong' ? 1 : -1
  const speaking = contributions
    .filter((contribution) => contribution.effect * sign > 0)
    .slice(0, 3)
    .map(({ feature, effect }) => `${feature} (${effect > 0 ? '+' : '−'}${Math.abs(effect).toPrecision(2)})`)
  return speaking.length === 0 ? '' : `; for the ${side} model speak ${conjunction(speaking)}`
}

/** Four digits of a calibrated threshold, unless they would put it on the other side of the win rate. */
function shortThreshold(threshold: number, winRate: number): number {
  const short = Number(threshold.toPrecision(4))
  return winRate >= short === winRate >= threshold ? short : threshold
}

/** The win rate with as few digits, from two on, as show on which side of the threshold it lies. */
function apart(winRate: number, threshold: number): string {
  for (let digits = 2; digits <= 12; digits++) {
    const shown = Number(winRate.toFixed(digits))
    if (shown >= threshold === winRate >= threshold && (shown !== threshold || winRate === threshold)) {
      return String(shown)
    }
  }
  return String(winRate)
}

function conjunction(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
