import { ConfigError } from '../../errors.ts'
import { bandit } from './bandit/kind.ts'
import { cascade } from './cascade/kind.ts'
import { cheapestGoodEnough } from './cheapest-good-enough/kind.ts'
import type { FallbackMode } from './fallback-mode.ts'
import { fixed } from './fixed/kind.ts'
import { pair } from './pair/kind.ts'
import type { Policy } from './policy.ts'
import type { PolicyKind, PolicyParts } from './policy-kind.ts'
import { utility } from './utility/kind.ts'

/** Every kind of policy. A new kind is one folder and one row here. */
export const policyKinds = {
  pair,
  [cheapestGoodEnough.kind]: cheapestGoodEnough,
  utility,
  cascade,
  bandit,
  fixed,
} as const satisfies PolicyKinds

/** Kinds of policy by name. */
export type PolicyKinds = Readonly<Record<string, PolicyKind>>

/** One policy of routellm.yaml: its kind's settings beside its name. */
export type PolicySpec = {
  readonly name: string
  readonly kind: string
  /** Who answers if the chosen model fails. Default: `stronger`. */
  readonly fallback?: FallbackMode
} & Readonly<Record<string, unknown>>

/** Rejects with ConfigError `unknown-policy-kind`, and with what the kind's `create` throws. */
export async function createPolicy(
  { name, kind, fallback: _, ...settings }: PolicySpec,
  parts: Omit<PolicyParts, 'name'>,
  kinds: PolicyKinds = policyKinds,
): Promise<Policy> {
  return findPolicyKind(kind, kinds).create(settings, { ...parts, name })
}

/** @throws ConfigError `unknown-policy-kind`. */
export function findPolicyKind(name: string, kinds: PolicyKinds = policyKinds): PolicyKind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind !== undefined) return kind
  throw new ConfigError(
    'unknown-policy-kind',
    `There is no kind of policy ${JSON.stringify(name)}. Choose ${Object.keys(kinds).join(' or ')}.`,
    { param: 'kind' },
  )
}
