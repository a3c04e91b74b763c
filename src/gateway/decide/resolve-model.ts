import { closest, distance } from 'fastest-levenshtein'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { thresholdForStrongFraction } from '../../routing/calibration/threshold.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { isCalibratedRouter, type Router } from '../../routing/routers/router.ts'
import { autoName, parseModelName, quoted, routerPrefix } from './model-name.ts'

/** What a model name stands for in one gateway. */
export type Target =
  | { readonly kind: 'router'; readonly router: Router; readonly threshold: number }
  | { readonly kind: 'model'; readonly model: Model }

/** What `auto` stands for; `strong-percent` is read off the router's own calibration. */
export type AutoRoute =
  | { readonly kind: 'threshold'; readonly router: string; readonly threshold: number }
  | { readonly kind: 'strong-percent'; readonly router: string; readonly strongPercent: number }

/** What names can be resolved to. */
export type NamedParts = {
  readonly routers: ReadonlyMap<string, Router>
  readonly models: ReadonlyMap<string, Model>
  /** Providers by name; only the names are looked at here. */
  readonly providers: ReadonlyMap<string, unknown>
  readonly auto: AutoRoute
}

/**
 * A function from the `model` of a request to its target.
 *
 * It throws InvalidRequestError: `unknown-router`, `no-calibration` and those of `parseModelName` (400), or
 * `model-not-found` (404), each naming what there is. `auto` is checked at once, so a gateway that starts has it.
 */
export function createTargetResolver(parts: NamedParts): (modelName: string) => Target {
  for (const name of parts.models.keys()) {
    if (name !== autoName && !name.startsWith(routerPrefix)) continue
    throw new ConfigError(
      'reserved-model-name',
      `The model name ${quoted(name)} is taken: "auto" and names that begin with "router-" stand for routers. Give the model another name.`,
      { param: `models.${name}` },
    )
  }
  const auto = autoTarget(parts)

  return (modelName) => {
    const asked = parseModelName(modelName)
    switch (asked.kind) {
      case 'auto':
        return auto
      case 'router-threshold':
        return { kind: 'router', router: routerNamed(parts, asked.router), threshold: asked.threshold }
      case 'router-percent': {
        const router = routerNamed(parts, asked.router)
        return { kind: 'router', router, threshold: thresholdForPercent(router, asked.strongCallPercent) }
      }
      case 'model':
        return { kind: 'model', model: modelNamed(parts, asked.name) }
    }
  }
}

function autoTarget(parts: NamedParts): Target {
  const { auto } = parts
  try {
    const router = routerNamed(parts, auto.router)
    if (auto.kind === 'strong-percent') {
      return { kind: 'router', router, threshold: thresholdForPercent(router, auto.strongPercent) }
    }
    if (auto.threshold >= 0 && auto.threshold <= 1)
      return { kind: 'router', router, threshold: auto.threshold }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new ConfigError('bad-auto', `auto cannot be served: ${problem}`, {
      param: 'auto.router',
      cause: error,
    })
  }
  throw new ConfigError('bad-auto', `auto.threshold ${auto.threshold} is not a number from 0 to 1.`, {
    param: 'auto.threshold',
  })
}

function routerNamed(parts: NamedParts, name: string): Router {
  const router = parts.routers.get(name)
  if (router !== undefined) return router
  const names = [...parts.routers.keys()]
  throw new InvalidRequestError(
    'unknown-router',
    `There is no router ${quoted(name)} here.${didYouMean(name, names)} Routers: ${listed(names)}. ` +
      `Write router-${names[0] ?? '<name>'}-0.5, or a model's own name.`,
    { param: 'model' },
  )
}

function thresholdForPercent(router: Router, strongCallPercent: number): number {
  if (isCalibratedRouter(router)) {
    return thresholdForStrongFraction(router.winRateQuantiles, strongCallPercent / 100)
  }
  throw new InvalidRequestError(
    'no-calibration',
    `The router "${router.name}" has no calibration, so ${strongCallPercent}pct stands for no threshold. ` +
      `Name one (router-${router.name}-0.5), or find it on your own prompts: ` +
      `routellm calibrate --router ${router.name} --strong-model-pct ${strongCallPercent / 100} --prompts prompts.jsonl.`,
    { param: 'model' },
  )
}

function modelNamed(parts: NamedParts, name: string): Model {
  const configured = parts.models.get(name)
  if (configured !== undefined) return configured
  const slash = name.indexOf('/')
  const provider = slash === -1 ? '' : name.slice(0, slash)
  const upstream = name.slice(slash + 1)
  if (provider !== '' && upstream !== '' && parts.providers.has(provider)) return { name, provider, upstream }

  const models = [...parts.models.keys()]
  const known = [
    autoName,
    ...[...parts.routers.keys()].map((router) => `${routerPrefix}${router}-0.5`),
    ...models,
  ]
  throw new InvalidRequestError(
    'model-not-found',
    `The model ${quoted(name)} does not exist here.${didYouMean(name, known)} Models: ${listed(models)}, ` +
      `${autoName}, router-<name>-<threshold> with the routers ${listed([...parts.routers.keys()])}, ` +
      `or <provider>/<model> with the providers ${listed([...parts.providers.keys()])}.`,
    { param: 'model', status: 404 },
  )
}

/** Names a near match only where most of the name is right. */
function didYouMean(name: string, known: readonly string[]): string {
  const asked = name.slice(0, 80)
  if (known.length === 0) return ''
  const nearest = closest(asked, known)
  return distance(asked, nearest) <= Math.max(1, Math.floor(nearest.length / 3))
    ? ` Did you mean "${nearest}"?`
    : ''
}

const mostListed = 20

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const rest = names.length - mostListed
  return names.slice(0, mostListed).join(', ') + (rest > 0 ? ` and ${rest} more (GET /v1/models)` : '')
}
