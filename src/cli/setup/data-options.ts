import { InvalidRequestError } from '../../errors.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'

/** The pair that two flags name; undefined without them. Throws `InvalidRequestError` where one of the two is missing. */
export function pairOfFlags(flags: {
  readonly strongModel?: string
  readonly weakModel?: string
}): ModelPair | undefined {
  const { strongModel: strong, weakModel: weak } = flags
  if (strong !== undefined && weak !== undefined) return { strong, weak }
  if (strong === undefined && weak === undefined) return undefined
  const missing = strong === undefined ? '--strong-model' : '--weak-model'
  throw new InvalidRequestError('half-a-pair', `A pair needs two models: give ${missing} too.`, {
    param: missing,
  })
}
