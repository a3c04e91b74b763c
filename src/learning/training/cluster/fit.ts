/** Scores of models on prompts, column by column, with the cluster of each prompt. */
export type ClusterObservations = {
  readonly clusters: number
  readonly models: number
  /** [observations] */
  readonly cluster: Int32Array
  readonly model: Int32Array
  readonly score: Float64Array
}

/** The prior expectation of a model's score in a cluster, and its weight. */
export type ScoreBelief = {
  /** [models, clusters] */
  readonly expected: Float64Array
  /** As many prompts as the belief counts for. */
  readonly prompts: number
}

/** Sums behind the expected scores, [models, clusters] each, so a row can be removed again. */
export type ScoreSums = { readonly sums: Float64Array; readonly counts: Float64Array }

export function sumScores({ clusters, models, cluster, model, score }: ClusterObservations): ScoreSums {
  const sums = new Float64Array(models * clusters)
  const counts = new Float64Array(models * clusters)
  for (let i = 0; i < score.length; i++) {
    const place = model[i]! * clusters + cluster[i]!
    sums[place]! += score[i]!
    counts[place]!++
  }
  return { sums, counts }
}

/**
 * A model's level, shifted in each cluster by the average shift of the known models: expected[m, c] = levelₘ +
 * known[c]. levelₘ is the mean of the model's scores minus the part that their clusters explain.
 *
 * @param known [clusters] mean over known models of (their score in the cluster − their mean); zeros if there are none.
 */
export function believedScores({ sums, counts }: ScoreSums, known: Float64Array): Float64Array {
  const clusters = known.length
  const expected = new Float64Array(sums.length)
  for (let row = 0; row < sums.length; row += clusters) {
    let sum = 0
    let count = 0
    for (let c = 0; c < clusters; c++) {
      sum += sums[row + c]! - counts[row + c]! * known[c]!
      count += counts[row + c]!
    }
    for (let c = 0; c < clusters; c++) expected[row + c] = (count === 0 ? 0 : sum / count) + known[c]!
  }
  return expected
}

/**
 * [clusters] how much higher than their own mean models score in each cluster, on average over models.
 *
 * @param scores [models, clusters]. @param shares [clusters] of the prompts.
 */
export function clusterEffects(scores: Float32Array, shares: Float32Array): Float64Array {
  const clusters = shares.length
  const effects = new Float64Array(clusters)
  for (let row = 0; row < scores.length; row += clusters) {
    let mean = 0
    for (let c = 0; c < clusters; c++) mean += shares[c]! * scores[row + c]!
    for (let c = 0; c < clusters; c++) effects[c]! += (scores[row + c]! - mean) / (scores.length / clusters)
  }
  return effects
}

/** [models, clusters]: (sum + prompts · expected) / (count + prompts). */
export function expectedScores({ sums, counts }: ScoreSums, belief: ScoreBelief): Float32Array {
  return Float32Array.from(
    sums,
    (sum, place) => (sum + belief.prompts * belief.expected[place]!) / (counts[place]! + belief.prompts),
  )
}
