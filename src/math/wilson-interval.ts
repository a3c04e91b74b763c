/** The two-sided standard normal quantile of 95 %. */
export const normalQuantile95 = 1.959963984540054

/**
 * Wilson's interval for a share at 95 %: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), p = successes / trials,
 * z = 1.96 (Wilson 1927, eq. 4 in Brown, Cai and DasGupta 2001). Stays inside [0, 1] and has a width at 0 and 1.
 *
 * @param successes need not be whole (a tie counts half); the interval is then wider than it had to be.
 * @param trials    0 says nothing: [0, 1].
 */
export function wilsonInterval(successes: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1]
  const share = successes / trials
  const squared = normalQuantile95 ** 2 / trials
  const middle = share + squared / 2
  const half = normalQuantile95 * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials))
  return [Math.max(0, (middle - half) / (1 + squared)), Math.min(1, (middle + half) / (1 + squared))]
}
