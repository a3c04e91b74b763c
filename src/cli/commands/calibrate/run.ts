import type { Config } from '../../../config/config.ts'
import type { RouterSpec } from '../../../routing/routers/registry.ts'
import type { Router } from '../../../routing/routers/router.ts'
import type { RouterDependencies } from '../../../routing/routers/router-kind.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

export type CalibrateFlags = {
  readonly router: string
  readonly strongModelPct?: number
  readonly maxLoss?: number
  readonly minQuality?: number
  readonly usdPerRequest?: number
  readonly labels?: string
  readonly confidence?: number
  readonly nextRequests?: number
  readonly lossMargin?: number
  readonly prompts?: string
  readonly costs?: string | true
  readonly meanInputTokens?: number
  readonly meanOutputTokens?: number
  readonly strongModel?: string
  readonly weakModel?: string
  readonly seed?: number
  readonly embedder?: string
  readonly config?: string
  readonly json?: true
}

/** A loaded router, and what it is to be calibrated for. */
export type CalibrationRun = {
  readonly router: Router
  readonly spec: RouterSpec
  readonly dependencies: RouterDependencies
  readonly config: Config
  readonly flags: CalibrateFlags
  readonly context: CommandContext
}

export type CalibrationAnswer = {
  /** What `--json` prints. */
  readonly result: object
  /** The same for a person. */
  readonly lines: readonly string[]
  /** Whether there is such a threshold; the command exits with 1 where not. */
  readonly possible: boolean
}
