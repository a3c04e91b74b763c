import type { Battle } from './battles.ts'
import type { Outcomes } from './outcomes.ts'
import type { Preference } from './preferences.ts'

/**
 * A battle as outcomes of its two models: 1 for the winner, 0 for the loser, 0.5 each for a tie.
 *
 * Kept: who won. Lost: that both answers of a tie were bad. Such a score is relative to the opponent: a model's mean
 * over many battles measures its quality only if all models had the same opponents.
 */
export function outcomesOfBattle({ modelA, modelB, winner, ...row }: Battle): Outcomes {
  const scoreA = winner === 'model_a' ? 1 : winner === 'model_b' ? 0 : 0.5
  return { ...row, scores: twoScores(modelA, scoreA, modelB, 1 - scoreA) }
}

/**
 * A preference as outcomes of its two models: each one's share of the win. Nothing is lost; the score is relative to
 * the opponent as with `outcomesOfBattle`.
 */
export function outcomesOfPreference({ modelA, modelB, shareB, ...row }: Preference): Outcomes {
  return { ...row, scores: twoScores(modelA, 1 - shareB, modelB, shareB) }
}

/** Not an object literal, because a model may be called `__proto__`. */
function twoScores(modelA: string, scoreA: number, modelB: string, scoreB: number): Outcomes['scores'] {
  return Object.fromEntries([
    [modelA, scoreA],
    [modelB, scoreB],
  ])
}
