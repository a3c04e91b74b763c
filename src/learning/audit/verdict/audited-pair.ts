import { InvalidRequestError } from '../../../errors.ts'
import { isSameModel, plainModelName } from '../../../routing/catalogue/model-names.ts'
import { type TokenPrices, toUsd } from '../../../routing/catalogue/prices.ts'
import type { ModelTally } from '../survey/survey.ts'

/** The two models that the audit compares, and the models whose requests it would route. */
export type AuditedPair = {
  readonly kind: 'pair'
  readonly strong: string
  readonly weak: string
  /** How the two were chosen, as text. */
  readonly basis: string
  /** Models of the log whose requests are routed: those below the threshold go to the weak model. */
  readonly routed: ReadonlySet<string>
  /**
   * The cost of the strong model divided by that of the weak one, at the tokens of this log. Null if one has no price.
   */
  readonly priceRatio: number | null
}

/** Why there is no pair. */
export type NoPair =
  /** No model of the log has a price. */
  | { readonly kind: 'no-prices' }
  /** The most expensive model of the log has a price, and no cheaper model is known to pair it with. */
  | { readonly kind: 'no-cheaper-model'; readonly strong: string; readonly isCheap: boolean }

export type RequestedPair = {
  readonly strong?: string
  readonly weak?: string
  /** Who requests it: `the command line`, `routellm.yaml`, `the labels`. */
  readonly basis: string
}

/** A model with a smaller share of the requests is not in regular use. */
const leastShare = 0.01
/** The minimum ratio of prices for a model of the log to be chosen as the weak one. */
const leastRatio = 2

/**
 * The cheaper sibling to try first if the log has no cheap model. It is only a proposal, because prices and models
 * change; `--weak-model` names another.
 */
const siblings: readonly (readonly [model: RegExp, sibling: string])[] = [
  [/^gpt-4\.1/, 'gpt-4.1-mini'],
  [/^gpt-4o|^chatgpt-4o/, 'gpt-4o-mini'],
  [/^gpt-5/, 'gpt-5-mini'],
  [/^gpt-|^o\d/, 'gpt-4.1-mini'],
  [/claude/, 'claude-haiku-4-5'],
  [/gemini/, 'gemini-2.5-flash-lite'],
  [/^mistral-|^magistral/, 'mistral-small-latest'],
  [/^command-r/, 'command-r'],
  [/^deepseek/, 'deepseek-chat'],
]

/** The weak models that may be proposed. They are priced together with those of the log. */
export const proposedModels: readonly string[] = [...new Set(siblings.map(([, sibling]) => sibling))]

/**
 * Chooses the pair: the requested one; else the most expensive model of the log and the cheapest one of the log at half
 * its price or less; else the most expensive one and its sibling. With a requested strong model only its requests are
 * routed, otherwise those of every model that costs more than the weak one.
 *
 * Throws `InvalidRequestError` `model-not-in-log`, `one-model`.
 */
export function auditedPair(
  models: readonly ModelTally[],
  prices: ReadonlyMap<string, TokenPrices>,
  requested: RequestedPair | undefined,
): AuditedPair | NoPair {
  const mix = tokenMix(models)
  const cost = (model: string) => {
    const price = priceByName(prices, model)
    return price === undefined ? undefined : toUsd(price, mix)
  }
  const routable = models.reduce((sum, { routable }) => sum + routable, 0)
  const common = models
    .filter((model) => model.routable > 0 && model.routable >= leastShare * routable)
    .flatMap(({ model }) => {
      const usd = cost(model)
      return usd === undefined ? [] : [{ model, usd }]
    })
    .sort((a, b) => b.usd - a.usd)

  const strong = requested?.strong === undefined ? common[0]?.model : findLoggedName(requested.strong, models)
  if (strong === undefined) return { kind: 'no-prices' }
  const weak = requested?.weak ?? findCheapest(strong, common) ?? findSibling(strong, cost)
  if (weak === undefined)
    return {
      kind: 'no-cheaper-model',
      strong,
      isCheap: proposedModels.some((model) => isSameModel(model, strong)),
    }
  if (isSameModel(strong, weak))
    throw new InvalidRequestError(
      'one-model',
      `The strong and the weak model are both ${weak}. A pair needs two models.`,
      {
        param: '--weak-model',
      },
    )
  const [strongUsd, weakUsd] = [cost(strong), cost(weak)]
  const isMoreExpensive = (model: string) => {
    const usd = cost(model)
    return weakUsd !== undefined && !isSameModel(model, weak) && (usd === undefined || usd > weakUsd)
  }
  const routed = models
    .filter(({ routable }) => routable > 0)
    .map(({ model }) => model)
    .filter((model) =>
      requested?.strong === undefined ? isMoreExpensive(model) : isSameModel(model, strong),
    )
  return {
    kind: 'pair',
    strong,
    weak,
    basis: formatBasis(
      requested,
      common.some(({ model }) => model === weak),
    ),
    routed: new Set(routed),
    priceRatio:
      strongUsd === undefined || weakUsd === undefined || weakUsd === 0 ? null : strongUsd / weakUsd,
  }
}

/** The tokens at which prices are compared: the sums over all requests that could be routed. */
function tokenMix(models: readonly ModelTally[]): { inputTokens: number; outputTokens: number } {
  const inputTokens = models.reduce((sum, model) => sum + model.inputTokens, 0)
  const outputTokens = models.reduce((sum, model) => sum + model.outputTokens, 0)
  return inputTokens + outputTokens === 0
    ? { inputTokens: 1, outputTokens: 1 }
    : { inputTokens, outputTokens }
}

function priceByName(prices: ReadonlyMap<string, TokenPrices>, model: string): TokenPrices | undefined {
  return prices.get(model) ?? [...prices].find(([name]) => isSameModel(name, model))?.[1]
}

function findLoggedName(requested: string, models: readonly ModelTally[]): string {
  const logged =
    models.find(({ model }) => model === requested) ??
    models.find(({ model }) => isSameModel(model, requested))
  if (logged !== undefined) return logged.model
  throw new InvalidRequestError(
    'model-not-in-log',
    `The log has no request of ${requested}; its models are ${models.map(({ model }) => model).join(', ')}. The strong model must be one of them, because its requests would be routed.`,
    { param: '--strong-model' },
  )
}

type Priced = { readonly model: string; readonly usd: number }

function findCheapest(strong: string, common: readonly Priced[]): string | undefined {
  const dear = common.find(({ model }) => model === strong)
  const cheapest = common.at(-1)
  return dear !== undefined && cheapest !== undefined && cheapest.usd * leastRatio <= dear.usd
    ? cheapest.model
    : undefined
}

/** The sibling of a model, if it is cheaper. */
function findSibling(strong: string, cost: (model: string) => number | undefined): string | undefined {
  const sibling = siblings.find(([pattern]) => pattern.test(plainModelName(strong)))?.[1]
  const [strongUsd, siblingUsd] = [cost(strong), sibling === undefined ? undefined : cost(sibling)]
  return strongUsd !== undefined && siblingUsd !== undefined && siblingUsd < strongUsd ? sibling : undefined
}

function formatBasis(requested: RequestedPair | undefined, isWeakInLog: boolean): string {
  if (requested?.strong !== undefined && requested.weak !== undefined) return `named by ${requested.basis}`
  const weak = isWeakInLog ? 'the cheapest of the log' : 'its cheaper sibling, a proposal'
  if (requested?.strong !== undefined) return `strong model named by ${requested.basis}; weak model: ${weak}`
  if (requested?.weak !== undefined)
    return `weak model named by ${requested.basis}; strong model: the most expensive of the log`
  return `the most expensive model of the log against ${weak}`
}
