import { InvalidRequestError } from '../../../errors.ts'
import { policyPrefix, quoted } from '../model-name.ts'
import type { ResolvedModel } from '../resolve-model.ts'
import type { RouteRequest } from '../route-request.ts'

/** What the client's key may name. A list that is absent names everything, unless only the other one is there. */
export type KeyAccess = {
  /** Of the key. */
  readonly name: string
  readonly models?: readonly string[]
  readonly policies?: readonly string[]
}

/**
 * Whether a request of the key may name this. A key that lists policies and no models may name its policies only; one
 * that lists models and no policies may also name every policy and router, which then choose among its models.
 */
export function mayName({ models, policies }: KeyAccess, resolved: ResolvedModel): boolean {
  if (resolved.kind === 'model')
    return models === undefined ? policies === undefined : models.includes(resolved.model.name)
  return policies === undefined || (resolved.policy.name !== null && policies.includes(resolved.policy.name))
}

/**
 * Refuses a policy, router or model that the client's key may not name. The models that a key lists are checked with the
 * candidates (`Allowance`).
 *
 * @throws InvalidRequestError `not-allowed` (403).
 */
export function checkKeyAccess(resolved: ResolvedModel, { model, key }: RouteRequest): void {
  if (key === undefined || key.policies === null) return
  const isAllowed =
    resolved.kind === 'model'
      ? key.namesModels
      : resolved.policy.name !== null && key.policies.has(resolved.policy.name)
  if (isAllowed) return
  const allowed = Array.from(key.policies, (name) => `${policyPrefix}${name}`).join(', ')
  throw new InvalidRequestError(
    'not-allowed',
    `The key ${quoted(key.name)} may not use ${quoted(model)}. Its policies: ${allowed || 'none'}.`,
    { status: 403, param: 'model' },
  )
}
