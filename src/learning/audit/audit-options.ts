import type { PriceTable } from '../../routing/catalogue/prices.ts'
import type { PickPrompt } from '../../routing/prompts/pick-prompt.ts'
import type { Router } from '../../routing/routers/router.ts'
import type { LogFormat } from '../formats/logs/log-format.ts'
import type { RequestedPair } from './verdict/audited-pair.ts'
import type { CheckLabels, LabelledComparisons } from './verdict/labelled-risk.ts'

export type AuditOptions = {
  readonly files: readonly string[]
  /** Default: recognised by the first rows. */
  readonly format?: LogFormat
  /** Picks the scored text of a conversation. */
  readonly pickPrompt: PickPrompt
  readonly router: Router
  /** Whether the user named the router. If not, a log without text may bring the win rates of another one. */
  readonly isRouterAsked: boolean
  /** Prompts with a lower win rate are called simple. Default: the median of the router's calibration. */
  readonly threshold?: number
  /** Pairs in the order of preference. One whose strong model is not in the log is skipped unless `must` is set. */
  readonly requested: readonly (RequestedPair & { readonly must: boolean })[]
  readonly priceTables: readonly PriceTable[]
  readonly labels?: LabelledComparisons
  /** Finds the labels that the router was trained on. Default: takes all labels for new ones. */
  readonly checkLabels?: CheckLabels
  readonly maxLoss: number
  readonly confidence: number
  readonly worthUsdPerMonth: number
  readonly seed: number
  readonly sampleSize: number
  readonly showPrompts: boolean
  /** The day of the prices if the log has no times. */
  readonly today: Date
  readonly signal?: AbortSignal
  readonly onReading?: (rows: number) => void
  readonly onScoring?: (rows: number, total: number) => void
}
