import { distance } from 'fastest-levenshtein'
import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { CollectedComparisons } from './collect-comparisons.ts'

type Pair = RouterManifest['pair']
type PairOptions = { readonly strongModel?: string | undefined; readonly weakModel?: string | undefined }

/**
 * The pair that the options request, before the data is read: undefined if they do not name one.
 * Throws `InvalidRequestError` `incomplete-pair` or `same-model`.
 */
export function askedPair({ strongModel, weakModel }: PairOptions): Pair | undefined {
  if (strongModel === undefined && weakModel === undefined) return undefined
  if (strongModel === undefined || weakModel === undefined) {
    const [given, missing] =
      strongModel === undefined
        ? ['weakModel', 'strongModel (--strong-model)']
        : ['strongModel', 'weakModel (--weak-model)']
    throw new InvalidRequestError(
      'incomplete-pair',
      `${given} is ${strongModel ?? weakModel}, but the other model of the pair is missing. Give ${missing} too.`,
      { param: missing.split(' ')[0]! },
    )
  }
  if (strongModel === weakModel) {
    throw new InvalidRequestError(
      'same-model',
      `${strongModel} is both the strong and the weak model. A router chooses between two.`,
      { param: 'weakModel' },
    )
  }
  return { strong: strongModel, weak: weakModel }
}

/**
 * The pair to calibrate for: the asked one, or the one that all rows name as strong and weak.
 * Throws `InvalidRequestError` `unknown-model` or `pair-needed`, naming the models of the data with their counts.
 */
export function resolvePair(asked: Pair | undefined, comparisons: CollectedComparisons): Pair {
  if (asked === undefined && comparisons.namedPair !== null) return comparisons.namedPair
  return resolveModels(asked, comparisons.models, withCounts(comparisons))
}

/**
 * The requested pair, after checking that both are among the models.
 *
 * @param shown the models as listed in errors. Throws `InvalidRequestError` `unknown-model` or `pair-needed`.
 */
export function resolveModels(
  asked: Pair | undefined,
  models: readonly string[],
  shown: string = models.join(', '),
): Pair {
  if (asked === undefined) {
    throw new InvalidRequestError(
      'pair-needed',
      'Which model is the strong one and which the weak one? Give strongModel and weakModel (--strong-model, ' +
        `--weak-model). The data has ${shown}.`,
      { param: 'strongModel' },
    )
  }
  for (const [param, option, model] of [
    ['strongModel', '--strong-model', asked.strong],
    ['weakModel', '--weak-model', asked.weak],
  ] as const) {
    if (models.includes(model)) continue
    throw new InvalidRequestError(
      'unknown-model',
      `${param} (${option}) is ${model}, of which the data says nothing. Did you mean ${nearestModel(model, models)}? The data has ${shown}.`,
      { param },
    )
  }
  return asked
}

/** The model of the list whose name differs least. */
export function nearestModel(model: string, models: readonly string[]): string | undefined {
  return models.toSorted((one, other) => distance(one, model) - distance(other, model))[0]
}

const mostNamed = 20

function withCounts({ models, comparisonsOfModel }: CollectedComparisons): string {
  const counted = models
    .map((model, index) => ({ model, count: comparisonsOfModel[index]! }))
    .sort((one, other) => other.count - one.count)
  const named = counted.slice(0, mostNamed).map(({ model, count }) => `${model} (${count})`)
  const rest = counted.length > mostNamed ? ` and ${counted.length - mostNamed} more` : ''
  return `${named.join(', ')}${rest}`
}
