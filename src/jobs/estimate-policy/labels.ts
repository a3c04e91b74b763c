import type { LoggedChoice } from '../../learning/loop/off-policy/logged-choice.ts'

/** What is known of an answer's quality. */
export type QualityLabel = {
  readonly quality: number
  /** The probability with which it was to be labelled; null: volunteered. */
  readonly propensity: number | null
}

export type LabelUse = {
  readonly kind: 'drawn' | 'volunteered'
  /** Requests whose label counts. */
  readonly labels: number
  /** Labels of the other kind, which are not used. */
  readonly unused: number
  /** Requests that the probabilities of the drawn labels stand for, as a part of all. */
  readonly coverage: number
}

type Labelled = Pick<LoggedChoice, 'session'> & { readonly label: QualityLabel | null }
type Quality = Required<Pick<LoggedChoice, 'quality' | 'labelProbability'>>

/** As many as an estimate needs. */
const fewestDrawnSessions = 20

/**
 * The quality of each row and the probability of its label: of drawn labels if at least 20 sessions have one, else of volunteered ones,
 * which are taken to come from all requests alike.
 *
 * With p_i the probability of the label i and n rows, Σ 1/p_i is the number of rows that the labels stand for. Each p is multiplied by
 * Σ (1/p_i) / n, so that labels that were not to be had of some rows (a budget, a queue of some days) stand for these too.
 */
export function useLabels(rows: readonly Labelled[]): {
  readonly qualities: readonly Quality[]
  readonly use: LabelUse | null
} {
  const drawnSessions = new Set(
    rows.flatMap(({ label, session }, index) => (label?.propensity == null ? [] : [session ?? index])),
  )
  const isDrawn = drawnSessions.size >= fewestDrawnSessions
  let [labels, unused, stoodFor] = [0, 0, 0]
  for (const { label } of rows) {
    if (label === null) continue
    if ((label.propensity !== null) === isDrawn) {
      labels++
      stoodFor += 1 / (label.propensity ?? 1)
    } else unused++
  }
  const coverage = rows.length === 0 ? 0 : stoodFor / rows.length
  const qualities = rows.map(({ label }): Quality => {
    // Of a row without a label only that it might have had one is used.
    if (label === null || (label.propensity !== null) !== isDrawn)
      return { quality: null, labelProbability: labels === 0 ? 0.5 : labels / rows.length }
    return { quality: label.quality, labelProbability: Math.min(1, (label.propensity ?? 1) * coverage) }
  })
  const kind = isDrawn ? 'drawn' : 'volunteered'
  return { qualities, use: labels === 0 ? null : { kind, labels, unused, coverage } }
}
