/** How two models did against each other: `wins` of the first, `losses`, and ties. */
export type PairCount = {
  readonly strong: string
  readonly weak: string
  readonly rows: number
  readonly strongWins: number
  readonly ties: number
  readonly weakWins: number
}

export type PairCounts = {
  /** @param winA 1, 0.5 or 0. */
  add(modelA: string, modelB: string, winA: number): void
  /** The pair with the most to route; null if no model beats another more often than not. */
  best(): PairCount | null
}

/**
 * Counts wins of every two models.
 *
 * The best pair has the greatest n·p·(1 − p), p being the share of its n rows in which the stronger model really wins: with p = 0
 * the weak model always does, with p = 1 it never does, and there is nothing to decide.
 */
export function createPairCounts(): PairCounts {
  const numbers = new Map<string, number>()
  const names: string[] = []
  /** By the numbers of the two models, the smaller one first. */
  const counts = new Map<number, { wins: number; ties: number; losses: number }>()
  const numberOf = (model: string): number => {
    const known = numbers.get(model)
    if (known !== undefined) return known
    numbers.set(model, names.length)
    return names.push(model) - 1
  }
  return {
    add(modelA, modelB, winA) {
      if (modelA === modelB) return
      const [a, b] = [numberOf(modelA), numberOf(modelB)]
      const key = Math.min(a, b) * maximumModels + Math.max(a, b)
      let count = counts.get(key)
      if (count === undefined) {
        count = { wins: 0, ties: 0, losses: 0 }
        counts.set(key, count)
      }
      if (winA === 0.5) count.ties++
      else if ((winA === 1) === a < b) count.wins++
      else count.losses++
    },
    best() {
      let best: PairCount | null = null
      let bestWorth = 0
      for (const [key, { wins, ties, losses }] of counts) {
        const rows = wins + ties + losses
        const strongWins = Math.max(wins, losses)
        const worth = (strongWins * (rows - strongWins)) / rows
        if (wins === losses || worth <= bestWorth) continue
        bestWorth = worth
        const first = names[Math.floor(key / maximumModels)]!
        const second = names[key % maximumModels]!
        const [strong, weak] = wins > losses ? [first, second] : [second, first]
        best = { strong, weak, rows, strongWins, ties, weakWins: rows - strongWins - ties }
      }
      return best
    },
  }
}

/** Two numbers of models are one number below 2⁵³. */
const maximumModels = 2 ** 26
