/** Evidence against p-values being independent and uniform: the probability that it ever reaches 1/α is at most α if they are. */
export type UniformityTest = {
  /** @param pValue in [0, 1]. @returns the evidence, from 0; it begins at 1. */
  add(pValue: number): number
  state(): UniformityState
}

export type UniformityState = {
  readonly count: number
  /** Capital by betting function, of those of the mean and then those of the spread. */
  readonly capital: readonly number[]
}

/** Capital that changes its betting function at each step. */
const jumpRate = 0.01
const slopes = [-1, -0.5, 0, 0.5, 1]

/**
 * The simple jumper martingale (Vovk, Petej, Nouretdinov, Ahlberg, Carlsson and Gammerman, Retrain or not retrain: conformal
 * test martingales for change-point detection, COPA 2021): capital C_ε bets 1 + ε(p − ½), and at each step a hundredth of
 * all capital is divided evenly among the ε. By Ville's inequality the capital reaches 1/α with a probability of at most α.
 *
 * *Added here*: half of the capital bets 1 + ε(6p² − 6p + 1)/2 (the second shifted Legendre polynomial), which sees a changed
 * spread; and the capital comes into play in `planned` equal parts, one for each p-value, so that a late change finds capital
 * that the time before has not used up. Both leave it a martingale. After `planned` p-values nothing more comes into play.
 */
export function createUniformityTest(planned: number, state?: UniformityState): UniformityTest {
  const capital = Float64Array.from(state?.capital ?? new Array<number>(2 * slopes.length).fill(0))
  let count = state?.count ?? 0
  return {
    add(pValue) {
      count++
      const part = count <= planned ? 1 / (2 * planned * slopes.length) : 0
      const polynomials = [pValue - 0.5, (6 * pValue * pValue - 6 * pValue + 1) / 2]
      let all = Math.max(0, 1 - count / planned)
      for (const [kind, polynomial] of polynomials.entries()) {
        const first = kind * slopes.length
        let total = 0
        for (let place = 0; place < slopes.length; place++) total += capital[first + place]!
        for (const [place, slope] of slopes.entries()) {
          const kept = (1 - jumpRate) * capital[first + place]! + (jumpRate / slopes.length) * total + part
          capital[first + place] = kept * (1 + slope * polynomial)
          all += capital[first + place]!
        }
      }
      return all
    },
    state: () => ({ count, capital: [...capital] }),
  }
}
