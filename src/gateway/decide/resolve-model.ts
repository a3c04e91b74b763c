import { closest, distance } from 'fastest-levenshtein'
import { InvalidRequestError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { resolveModelReference } from '../../routing/catalogue/model-reference.ts'
import type { CreatePairPolicy } from '../../routing/policies/pair/policy.ts'
import { findThreshold, type ThresholdRule } from '../../routing/policies/pair/threshold.ts'
import type { Policy } from '../../routing/policies/policy.ts'
import { isCalibratedRouter, type Router } from '../../routing/routers/router.ts'
import { autoName, parseModelName, policyPrefix, quoted, routerPrefix } from './model-name.ts'

/** The meaning of a model name in one gateway. */
export type ResolvedModel =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'model'; readonly model: Model }

/** The models and routers that names can resolve to. */
export type NamedParts = {
  readonly routers: ReadonlyMap<string, Router>
  readonly models: ReadonlyMap<string, Model>
  /** Names of the providers. */
  readonly providers: readonly string[]
}

export type ResolverParts = NamedParts & {
  /** For `router-…`. */
  readonly createPairPolicy: CreatePairPolicy
  readonly auto: Policy
  /** For `policy-…`, by name. */
  readonly policies: ReadonlyMap<string, Policy>
}

/**
 * Creates a function that maps the `model` of a request to its meaning.
 *
 * It throws InvalidRequestError: `unknown-router`, `unknown-policy`, `no-calibration` and those of `parseModelName` (400), or
 * `model-not-found` (404). The messages list the known names.
 */
export function createModelResolver(parts: ResolverParts): (modelName: string) => ResolvedModel {
  const auto: ResolvedModel = { kind: 'policy', policy: parts.auto }

  const routerNames = [...parts.routers.keys()]

  function resolvePair(name: string, rule: ThresholdRule): ResolvedModel {
    const router = findRouter(parts, name)
    const threshold = findThreshold(router, rule)
    return { kind: 'policy', policy: parts.createPairPolicy({ policy: null, router, threshold }) }
  }

  function resolve(modelName: string): ResolvedModel {
    const asked = parseModelName(modelName, routerNames)
    switch (asked.kind) {
      case 'auto':
        return auto
      case 'router-threshold':
        return resolvePair(asked.router, { kind: 'threshold', threshold: asked.threshold })
      case 'router-percent':
        return resolvePair(asked.router, { kind: 'strong-percent', strongPercent: asked.strongCallPercent })
      case 'router-default':
        return resolvePair(asked.router, { kind: 'router-default' })
      case 'policy':
        return { kind: 'policy', policy: findPolicy(parts.policies, asked.policy) }
      case 'model':
        return { kind: 'model', model: findModel(parts, asked.name, [...parts.policies.keys()]) }
    }
  }

  /** Clients use few names. A name always resolves to the same, because the parts never change. */
  const resolved = new Map<string, ResolvedModel>()
  return (modelName) => {
    const known = resolved.get(modelName)
    if (known !== undefined) return known
    const found = resolve(modelName)
    if (modelName.length <= longestKeptName) {
      if (resolved.size === mostKeptNames) resolved.clear()
      resolved.set(modelName, found)
    }
    return found
  }
}

const mostKeptNames = 256
const longestKeptName = 256

/** @throws InvalidRequestError `unknown-router`. */
export function findRouter(parts: NamedParts, name: string): Router {
  const router = parts.routers.get(name)
  if (router !== undefined) return router
  const names = [...parts.routers.keys()]
  const [first] = parts.routers.values()
  throw new InvalidRequestError(
    'unknown-router',
    `There is no router ${quoted(name)} here.${suggest(name, names)} Routers: ${listNames(names)}. ` +
      `Write ${first === undefined ? 'router-<name>' : advertisedName(first)}, or a model's own name.`,
    { param: 'model' },
  )
}

/** @throws InvalidRequestError `unknown-policy`. */
function findPolicy(policies: ReadonlyMap<string, Policy>, name: string): Policy {
  const policy = policies.get(name)
  if (policy !== undefined) return policy
  const names = [...policies.keys()]
  throw new InvalidRequestError(
    'unknown-policy',
    `There is no policy ${quoted(name)} here.${suggest(name, names)} Policies: ${listNames(names)}. ` +
      `Write ${names[0] === undefined ? '' : `${policyPrefix}${names[0]}, `}${autoName}, or a model's own name.`,
    { param: 'model' },
  )
}

/** The model name by which a router is listed: a share for a calibrated one, otherwise its default threshold. */
export function advertisedName(router: Router): string {
  return `${routerPrefix}${router.name}${isCalibratedRouter(router) ? '-50pct' : ''}`
}

/** @param policies names of policies that could have been meant. @throws InvalidRequestError `model-not-found`. */
export function findModel(parts: NamedParts, name: string, policies: readonly string[] = []): Model {
  const reference = resolveModelReference(name, (each) => parts.models.get(each), parts.providers)
  if (reference.kind === 'model') return reference.model

  const models = [...parts.models.keys()]
  const policyNames = policies.map((each) => `${policyPrefix}${each}`)
  const known = [autoName, ...policyNames, ...[...parts.routers.values()].map(advertisedName), ...models]
  const hint =
    suggestModel(name, [...parts.models.values()]) ||
    suggestRouted(name, parts, policies) ||
    suggest(name, known)
  const problem =
    reference.kind === 'unknown-provider'
      ? `does not exist here, and ${quoted(reference.provider)} is no provider`
      : 'does not exist here'
  throw new InvalidRequestError(
    'model-not-found',
    `The model ${quoted(name)} ${problem}.${hint} Models: ${listNames(models)}, ` +
      `${autoName}, ${policies.length === 0 ? '' : `policy-<name> with the policies ${listNames(policies)}, `}router-<name>, router-<name>-<threshold> or router-<name>-<n>pct with the routers ${listNames([...parts.routers.keys()])}, ` +
      `or <provider>/<model> with the providers ${listNames(parts.providers)}.`,
    { param: 'model', status: 404 },
  )
}

/** Suggests the policy or the router of the name, as a request names it. */
function suggestRouted(name: string, { routers }: NamedParts, policies: readonly string[]): string {
  const router = routers.get(name)
  const meant = policies.includes(name)
    ? `${policyPrefix}${name}`
    : router === undefined
      ? null
      : advertisedName(router)
  return meant === null ? '' : ` Did you mean "${meant}"?`
}

/** Suggests the model whose upstream name, or whose name after the last slash, is what was asked for. */
function suggestModel(name: string, models: readonly Model[]): string {
  const short = shortName(name)
  const meant = models.find((model) => [shortName(model.name), shortName(model.upstream)].includes(short))
  return meant === undefined ? '' : ` Did you mean "${meant.name}"?`
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase()
}

/** Suggests a near match only if most of the name is right. */
function suggest(name: string, known: readonly string[]): string {
  const asked = name.slice(0, 80)
  if (known.length === 0) return ''
  const nearest = closest(asked, known)
  return distance(asked, nearest) <= Math.max(1, Math.floor(nearest.length / 3))
    ? ` Did you mean "${nearest}"?`
    : ''
}

const maxListed = 20

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const rest = names.length - maxListed
  return names.slice(0, maxListed).join(', ') + (rest > 0 ? ` and ${rest} more (GET /v1/models)` : '')
}
