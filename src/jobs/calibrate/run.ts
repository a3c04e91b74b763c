import type { ModelPair } from '../../routing/catalogue/model.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import type { Router } from '../../routing/routers/router.ts'
import type { JobContext } from '../job.ts'

/** A loaded router that a threshold is to be found for. */
export type CalibrationRun = {
  readonly router: Router
  readonly spec: RouterSpec
  /** The pair that the payload names. */
  readonly pair: ModelPair | undefined
  readonly context: JobContext
}

/** Used if the payload names no confidence. */
export const defaultConfidence = 0.95
