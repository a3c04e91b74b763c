import type { ModelPrices } from '../../../routing/catalogue/find-prices.ts'
import { plainModelName } from '../../../routing/catalogue/model-names.ts'
import type { ModelTally, Survey } from './survey.ts'

/** A survey whose names are one for each model, and that name for any name of the log. */
export type MergedSurvey = { readonly survey: Survey; nameOf(model: string): string }

/**
 * Counts the names of one model together, under one of them: names with the same entry in the price table, names
 * that differ by provider or release date and have equal prices, and a name that was only asked for (as failed requests have
 * it) with the one name that answered it.
 */
export function mergeModels(survey: Survey, prices: Pick<ModelPrices, 'models' | 'entries'>): MergedSurvey {
  const groups = new Map<string, ModelTally[]>()
  const groupOf = new Map<string, string>()
  for (const tally of survey.models) {
    const keys = keysOf(tally.model, survey, prices)
    const key = keys.find((each) => groups.has(each)) ?? keys[0]!
    const group = groups.get(key) ?? []
    for (const each of keys) if (!groups.has(each)) groups.set(each, group)
    group.push(tally)
    groupOf.set(tally.model, key)
  }
  const names = new Map<string, string>()
  const models = [...new Set(groups.values())].map((group) => {
    const merged = mergeTallies(group)
    for (const { model } of group) names.set(model, merged.model)
    return merged
  })
  const nameOf = (model: string) => names.get(model) ?? model
  const modelNames = survey.frequent.get('model') ?? []
  return {
    survey: {
      ...survey,
      models: models.sort((a, b) => b.requests - a.requests || (a.model < b.model ? -1 : 1)),
      frequent: new Map([...survey.frequent, ['model', [...new Set(modelNames.map(nameOf))]]]),
    },
    nameOf,
  }
}

/** What tells that two names are of one model: any of these is the same. */
function keysOf(
  model: string,
  survey: Survey,
  { models, entries }: Pick<ModelPrices, 'models' | 'entries'>,
): readonly string[] {
  const [answered, ...others] = survey.answeredAs.get(model) ?? []
  const isAlias =
    answered !== undefined && others.length === 0 && survey.models.some((each) => each.model === answered)
  const name = isAlias ? answered : model
  const price = models.get(name)
  const entry = entries.get(name)
  return [
    ...(entry === undefined ? [] : [`entry ${entry}`]),
    `name ${plainModelName(name)} ${price?.inputUsdPerMillionTokens} ${price?.outputUsdPerMillionTokens}`,
  ]
}

/** Names the group as the name with the most requests that a router could decide, so never as one that only failed. */
function mergeTallies(group: readonly ModelTally[]): ModelTally {
  const [named] = group.toSorted((a, b) => b.routable - a.routable || b.requests - a.requests)
  const sum = (count: (tally: ModelTally) => number) =>
    group.reduce((total, tally) => total + count(tally), 0)
  return {
    ...named!,
    requests: sum(({ requests }) => requests),
    routable: sum(({ routable }) => routable),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  }
}
