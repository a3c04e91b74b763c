import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { routerNamePattern } from '../../routing/routers/router.ts'

/** The parsed `model` of a request. */
export type ModelName =
  /** `router-mf-0.5`: win rate ≥ threshold means the strong model. */
  | { readonly kind: 'router-threshold'; readonly router: string; readonly threshold: number }
  /** `router-mf-30pct`: the threshold that sends 30 % of the calibration prompts to the strong model. */
  | { readonly kind: 'router-percent'; readonly router: string; readonly strongCallPercent: number }
  /** `policy-frugal`: a configured policy. */
  | { readonly kind: 'policy'; readonly policy: string }
  /** `auto`: the configured policy, or router and threshold. */
  | { readonly kind: 'auto' }
  /** Any other name is the name of one model. */
  | { readonly kind: 'model'; readonly name: string }

export const routerPrefix = 'router-'
export const policyPrefix = 'policy-'
export const autoName = 'auto'

const plainDecimalPattern = /^(?:\d+\.?\d*|\.\d+)$/

/**
 * Reads a model name. It does not matter here whether the router, the policy or the model exists.
 *
 * The threshold follows the last hyphen; a router's name may contain hyphens: `router-my-mf-0.5` is the
 * router `my-mf` at 0.5.
 *
 * @throws InvalidRequestError `bad-model-name` or `bad-threshold` for a name that begins with `router-` and is
 *   not `router-<name>-<threshold in [0, 1]>` or `router-<name>-<percent in [0, 100]>pct`; `bad-model-name` for one that
 *   begins with `policy-` and is not `policy-<name>`.
 */
export function parseModelName(name: string): ModelName {
  if (name === autoName) return { kind: 'auto' }
  if (name.startsWith(policyPrefix)) return parsePolicyName(name)
  if (!name.startsWith(routerPrefix)) return { kind: 'model', name }

  const lastHyphen = name.lastIndexOf('-')
  const router = name.slice(routerPrefix.length, lastHyphen)
  const amount = name.slice(lastHyphen + 1)
  if (lastHyphen < routerPrefix.length) {
    throw badName(name, `it has no threshold; write router-${amount || '<name>'}-0.5`)
  }
  if (!routerNamePattern.test(router)) {
    throw badName(name, `the router's name ${quoted(router)} must be made of a-z, 0-9, _ and -`)
  }
  if (amount.endsWith('pct')) {
    const strongCallPercent = plainDecimal(amount.slice(0, -'pct'.length))
    if (strongCallPercent >= 0 && strongCallPercent <= 100) {
      return { kind: 'router-percent', router, strongCallPercent }
    }
    throw badThreshold(
      name,
      amount,
      `a share of strong calls from 0pct to 100pct, as in router-${router}-30pct`,
    )
  }
  const threshold = plainDecimal(amount)
  if (threshold >= 0 && threshold <= 1) return { kind: 'router-threshold', router, threshold }
  const hint =
    threshold > 1 && threshold <= 100 ? ` (for ${amount} % strong calls: router-${router}-${amount}pct)` : ''
  throw badThreshold(name, amount, `a plain decimal from 0 to 1, as in router-${router}-0.5${hint}`)
}

function parsePolicyName(name: string): ModelName {
  const policy = name.slice(policyPrefix.length)
  if (routerNamePattern.test(policy)) return { kind: 'policy', policy }
  throw badName(name, `the policy's name ${quoted(policy)} must be made of a-z, 0-9, _ and -`)
}

/** @throws ConfigError `reserved-model-name` if a configured model has the name of a router or a policy. */
export function checkModelNames(models: readonly { readonly name: string }[]): void {
  for (const { name } of models) {
    if (name !== autoName && !name.startsWith(routerPrefix) && !name.startsWith(policyPrefix)) continue
    throw new ConfigError(
      'reserved-model-name',
      `The model name ${quoted(name)} is taken: "auto" and names that begin with "router-" or "policy-" stand for routers and policies. Give the model another name.`,
      { param: `models.${name}` },
    )
  }
}

/** NaN for anything but digits with at most one point. */
function plainDecimal(text: string): number {
  return plainDecimalPattern.test(text) ? Number(text) : Number.NaN
}

function badName(name: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('bad-model-name', `The model ${quoted(name)} cannot be read: ${problem}.`, {
    param: 'model',
  })
}

function badThreshold(name: string, amount: string, wanted: string): InvalidRequestError {
  return new InvalidRequestError(
    'bad-threshold',
    `The threshold ${quoted(amount)} of the model ${quoted(name)} is not ${wanted}.`,
    { param: 'model' },
  )
}

/** At most 80 characters, because a message must not repeat a whole request. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 80)}…`)
}
