import { RouterError } from '../../../errors.ts'

/** The labels of an upstream classifier, in order: the strong model wins, a tie, the weak model wins. */
export const labelCount = 3

/**
 * win rate = 1 − P(tie) − P(weak wins), with P the softmax of the three logits: a tie counts for the weak model, which
 * is cheaper. As `BERTRouter` of the reference (`routers/routers.py`).
 *
 * @throws RouterError `router-not-finite`.
 */
export function winRateOfLogits(logits: ArrayLike<number>, name: string): number {
  const values = Array.from(logits)
  const largest = Math.max(...values)
  const [strong = Number.NaN, ...others] = values.map((logit) => Math.exp(logit - largest))
  const winRate = strong / others.reduce((sum, part) => sum + part, strong)
  if (Number.isFinite(winRate)) return winRate
  throw new RouterError(
    'router-not-finite',
    `Router ${name} computed the logits ${values.join(', ')}. Its weights are broken: download or train it again.`,
  )
}
