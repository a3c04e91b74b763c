/** The logistic function 1 / (1 + e⁻ˣ): log-odds to a probability. Exact at both ends: 0 at −∞, 1 at +∞. */
export function sigmoid(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + Math.exp(-logOdds))
  const odds = Math.exp(logOdds)
  return odds / (1 + odds)
}

/**
 * −(label·ln σ(x) + (1 − label)·ln(1 − σ(x))), without overflow: the loss of predicting log-odds x if the
 * truth is `label` in [0, 1].
 */
export function logisticLoss(logOdds: number, label: number): number {
  return Math.max(logOdds, 0) - logOdds * label + Math.log1p(Math.exp(-Math.abs(logOdds)))
}
