/** Prices of the weak model's call as parts of the strong one's. */
export const priceRatios = [5, 20, 100]

/**
 * The smallest share of strong calls at which a ranking recovers a part of the gap between the models' means: the prompts with
 * the highest scores go to the strong model, equal ones together. 1 if it never does before all are there.
 */
export function shareForRecovery(scores, strongScores, weakScores, recovered) {
  const rows = scores.length
  const gains = Array.from(strongScores, (score, row) => score - weakScores[row])
  const gap = gains.reduce((sum, gain) => sum + gain, 0)
  const order = [...scores.keys()].sort((one, other) => scores[other] - scores[one])
  let gained = 0
  for (let place = 0; place < rows; place++) {
    gained += gains[order[place]]
    const isLastOfEqual = place + 1 === rows || scores[order[place + 1]] !== scores[order[place]]
    if (isLastOfEqual && gained >= recovered * gap - 1e-9) return (place + 1) / rows
  }
  return 1
}

/**
 * Mean dollars of a request in calls of the strong model, if the weak one's costs 1 / ratio. A prompt-only router calls one of
 * them; a cascade calls the weak one always.
 */
export function dollarsOf({ cascade, promptOnly }, ratio) {
  const weak = 1 / ratio
  return { cascade: weak + cascade, 'prompt-only': promptOnly + (1 - promptOnly) * weak }
}
