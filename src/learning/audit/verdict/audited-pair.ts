import { InvalidRequestError } from '../../../errors.ts'
import { isSameModel, plainModelName } from '../../../routing/catalogue/model-names.ts'
import { type TokenPrices, toUsd } from '../../../routing/catalogue/prices.ts'
import type { ModelTally } from '../survey/survey.ts'

/** Which two models the audit weighs against each other, and whose requests it would route. */
export type AuditedPair = {
  readonly kind: 'pair'
  readonly strong: string
  readonly weak: string
  /** How the two were chosen, for a person. */
  readonly basis: string
  /** Models of the log whose requests are routed: below the threshold they go to the weak model. */
  readonly routed: ReadonlySet<string>
  /** What the strong model costs over what the weak one does, at the tokens of this log; null where one has no price. */
  readonly priceRatio: number | null
}

/** Why there is no pair. */
export type NoPair =
  /** No model of the log has a price. */
  | { readonly kind: 'no-prices' }
  /** The dearest of the log has one, and no cheaper model is known to go with it. */
  | { readonly kind: 'no-cheaper-model'; readonly strong: string; readonly isCheap: boolean }

export type PairWishes = {
  readonly strong?: string
  readonly weak?: string
  /** Who wishes it: `--strong-model and --weak-model`, `routellm.yaml`, `the labels`. */
  readonly basis: string
}

/** Less of the requests than this is no model that a team runs on. */
const leastShare = 0.01
/** A model of the log is offered as the weak one from this ratio of prices on. */
const leastRatio = 2

/**
 * The cheaper sibling to look at first where the log itself has no cheap model. A proposal and nothing more: prices
 * and models change, and `--weak-model` names another.
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

/** The weak models that may be proposed; they are priced together with those of the log. */
export const proposedModels: readonly string[] = [...new Set(siblings.map(([, sibling]) => sibling))]

/**
 * The pair: as wished, else the dearest model of the log against the cheapest that the log has at half its price or
 * less, else against a sibling of the dearest. Without a wish every model dearer than the weak one is routed; with a
 * wish for the strong model, its requests alone.
 *
 * Throws `InvalidRequestError` `model-not-in-log`, `one-model`.
 */
export function auditedPair(
  models: readonly ModelTally[],
  prices: ReadonlyMap<string, TokenPrices>,
  wishes: PairWishes | undefined,
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

  const strong = wishes?.strong === undefined ? common[0]?.model : loggedName(wishes.strong, models)
  if (strong === undefined) return { kind: 'no-prices' }
  const weak = wishes?.weak ?? cheapOfLog(strong, common) ?? siblingOf(strong, cost)
  if (weak === undefined)
    return {
      kind: 'no-cheaper-model',
      strong,
      isCheap: proposedModels.some((model) => isSameModel(model, strong)),
    }
  if (isSameModel(strong, weak))
    throw new InvalidRequestError(
      'one-model',
      `The strong and the weak model are both ${weak}; a pair needs two.`,
      {
        param: '--weak-model',
      },
    )
  const [strongUsd, weakUsd] = [cost(strong), cost(weak)]
  const isDearer = (model: string) => {
    const usd = cost(model)
    return weakUsd !== undefined && !isSameModel(model, weak) && (usd === undefined || usd > weakUsd)
  }
  const routed = models
    .filter(({ routable }) => routable > 0)
    .map(({ model }) => model)
    .filter((model) => (wishes?.strong === undefined ? isDearer(model) : isSameModel(model, strong)))
  return {
    kind: 'pair',
    strong,
    weak,
    basis: basisOf(
      wishes,
      common.some(({ model }) => model === weak),
    ),
    routed: new Set(routed),
    priceRatio:
      strongUsd === undefined || weakUsd === undefined || weakUsd === 0 ? null : strongUsd / weakUsd,
  }
}

/** The tokens of a mean request that could be routed: what prices are compared at. */
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

function loggedName(wished: string, models: readonly ModelTally[]): string {
  const logged =
    models.find(({ model }) => model === wished) ?? models.find(({ model }) => isSameModel(model, wished))
  if (logged !== undefined) return logged.model
  throw new InvalidRequestError(
    'model-not-in-log',
    `The log has no request of ${wished}; its models are ${models.map(({ model }) => model).join(', ')}. The strong model is the one whose requests would be routed.`,
    { param: '--strong-model' },
  )
}

type Priced = { readonly model: string; readonly usd: number }

function cheapOfLog(strong: string, common: readonly Priced[]): string | undefined {
  const dear = common.find(({ model }) => model === strong)
  const cheapest = common.at(-1)
  return dear !== undefined && cheapest !== undefined && cheapest.usd * leastRatio <= dear.usd
    ? cheapest.model
    : undefined
}

/** The first sibling by its name, where it is the cheaper one. */
function siblingOf(strong: string, cost: (model: string) => number | undefined): string | undefined {
  const sibling = siblings.find(([pattern]) => pattern.test(plainModelName(strong)))?.[1]
  const [strongUsd, siblingUsd] = [cost(strong), sibling === undefined ? undefined : cost(sibling)]
  return strongUsd !== undefined && siblingUsd !== undefined && siblingUsd < strongUsd ? sibling : undefined
}

function basisOf(wishes: PairWishes | undefined, isWeakInLog: boolean): string {
  if (wishes?.strong !== undefined && wishes.weak !== undefined) return `named by ${wishes.basis}`
  const weak = isWeakInLog ? 'the cheapest that the log has' : 'its cheaper sibling, a proposal'
  if (wishes?.strong !== undefined) return `strong model named by ${wishes.basis}; weak model: ${weak}`
  if (wishes?.weak !== undefined)
    return `weak model named by ${wishes.basis}; strong model: the dearest of the log`
  return `the dearest model of the log against ${weak}`
}
