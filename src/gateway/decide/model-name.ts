import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { routerNamePattern } from '../../routing/routers/router.ts'

/** The parsed `model` of a request. */
export type ModelName =
  /** `router-mf-0.5`: win rate ≥ threshold means the strong model. */
  | { readonly kind: 'router-threshold'; readonly router: string; readonly threshold: number }
  /** `router-mf-30pct`: the threshold that sends 30 % of the calibration prompts to the strong model. */
  | { readonly kind: 'router-percent'; readonly router: string; readonly strongCallPercent: number }
  /** `router-mf`: the router's own default threshold. */
  | { readonly kind: 'router-default'; readonly router: string }
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

/** Whether a model name stands for a router, a policy or `auto`, and not for one model. */
export function isRoutedName(name: string): boolean {
  return name === autoName || name.startsWith(routerPrefix) || name.startsWith(policyPrefix)
}

/**
 * Reads a model name. It does not matter here whether the policy or the model exists, and a router that does not exist
 * is returned as it is meant.
 *
 * The known routers decide where a router's name ends, and the longest one wins: of `my-router` and `my-router-1`,
 * `router-my-router-1` is the second at its default threshold, and `router-my-router-1.0` is the first at 1.
 *
 * @param routers names of the known routers.
 * @throws InvalidRequestError `bad-model-name` or `bad-threshold` for a name that begins with `router-` and is not
 *   `router-<name>`, `router-<name>-<threshold in [0, 1]>` or `router-<name>-<percent in [0, 100]>pct`; `bad-model-name`
 *   for one that begins with `policy-` and is not `policy-<name>`.
 */
export function parseModelName(name: string, routers: readonly string[]): ModelName {
  if (name === autoName) return { kind: 'auto' }
  if (name.startsWith(policyPrefix)) return parsePolicyName(name)
  if (!name.startsWith(routerPrefix)) return { kind: 'model', name }
  const rest = name.slice(routerPrefix.length)
  const router = findLongestName(rest, routers)
  if (router === undefined) return { kind: 'router-default', router: meantRouter(name, rest) }
  if (router === rest) return { kind: 'router-default', router }
  const amount = rest.slice(router.length + 1)
  // `router-mf-two-0.5` means a router `mf-two`, because no threshold begins with a word and has another part.
  if (/^[a-z_][^-]*-/.test(amount)) return { kind: 'router-default', router: meantRouter(name, rest) }
  return parseAmount(name, router, amount)
}

/** The longest router whose name is `text`, or the beginning of `text` before a hyphen. */
function findLongestName(text: string, routers: readonly string[]): string | undefined {
  let longest: string | undefined
  for (const router of routers) {
    if (longest !== undefined && router.length <= longest.length) continue
    if (text.startsWith(router) && (text.length === router.length || text[router.length] === '-')) {
      longest = router
    }
  }
  return longest
}

/** The router that a name means, if none of the known ones is: without what looks like a threshold. */
function meantRouter(name: string, rest: string): string {
  const router = rest.replace(/-(?:[\d.][^-]*|pct|)$/, '')
  if (rest === '') throw badName(name, 'it has no router; write router-<name>')
  if (routerNamePattern.test(router)) return router
  throw badName(name, `the router's name ${quoted(router)} must be made of a-z, 0-9, _ and -`)
}

function parseAmount(name: string, router: string, amount: string): ModelName {
  if (amount.endsWith('pct')) {
    const strongCallPercent = plainDecimal(amount.slice(0, -'pct'.length))
    if (strongCallPercent >= 0 && strongCallPercent <= 100) {
      return { kind: 'router-percent', router, strongCallPercent }
    }
    throw badThreshold(
      name,
      amount,
      `a share of strong calls from 0pct to 100pct, as in ${routerPrefix}${router}-30pct`,
    )
  }
  const threshold = plainDecimal(amount)
  if (threshold >= 0 && threshold <= 1) return { kind: 'router-threshold', router, threshold }
  const share =
    threshold > 1 && threshold <= 100
      ? `for ${amount} % strong calls: ${routerPrefix}${router}-${amount}pct; `
      : ''
  // A word or a count at the end may also be meant as the end of another router's name.
  const otherRouter = routerNamePattern.test(amount)
    ? ` (${share}there is no router ${quoted(`${router}-${amount}`)} here)`
    : ''
  throw badThreshold(
    name,
    amount,
    `a plain decimal from 0 to 1, as in ${routerPrefix}${router}-0.25${otherRouter}; ${routerPrefix}${router} alone takes the router's default`,
  )
}

function parsePolicyName(name: string): ModelName {
  const policy = name.slice(policyPrefix.length)
  if (routerNamePattern.test(policy)) return { kind: 'policy', policy }
  throw badName(name, `the policy's name ${quoted(policy)} must be made of a-z, 0-9, _ and -`)
}

/** @throws ConfigError `reserved-model-name` if a configured model has the name of a router or a policy. */
export function checkModelNames(models: readonly { readonly name: string }[]): void {
  for (const { name } of models) {
    if (!isRoutedName(name)) continue
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
