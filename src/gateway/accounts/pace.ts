/**
 * How many times more than usual a dollar should count so that a budget lasts until the end of its period:
 *
 * ```
 * r    = ((limit − spent) / limit) / ((end − now) / (end − start))      what is left of the budget, by what is left of the time
 * pace = 1            for r ≥ 1
 *      = (1 / r)⁴     for r < 1, at most 1,000
 * ```
 *
 * On the even line, or behind it, nothing changes. Ahead of it the pace rises smoothly. Spending then settles where it
 * is r times as fast as the even line, and r stays there, so that the budget and the period end together, if the
 * cheapest models are cheap enough for it. The exponent is what simulated days need: with 1 the threshold of a pair that
 * would spend twice the budget rises too little, and the budget ends before the day (`pace.test.ts`).
 *
 * @param spentShare of the budget, from 0; what is reserved is spent.
 * @param elapsedShare of the period, in [0, 1).
 */
export function findPace(spentShare: number, elapsedShare: number): number {
  const left = Math.max(0, 1 - spentShare)
  const timeLeft = Math.max(0, 1 - elapsedShare)
  if (left >= timeLeft) return 1
  return Math.min(highestPace, (timeLeft / left) ** paceExponent)
}

const highestPace = 1000
const paceExponent = 4
