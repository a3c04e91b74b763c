import { formatSigned } from '../../base/text/format/format-number.ts'
/** How a trained router compares with what needs no training, by the intervals of its metrics. */
export type TrainingStanding =
  /** Better than all that it was compared with. */
  | { readonly kind: 'better'; readonly than: readonly Comparator[] }
  /** Worse than one of them: the router is of no use as it is. */
  | { readonly kind: 'worse'; readonly than: Comparator }
  /** The interval of the difference contains 0. */
  | { readonly kind: 'unclear'; readonly than: Comparator }
  | { readonly kind: 'not-measured' }

/** `prior`: the built-in router. `prompt-only`: a router that reads the prompt only, on the same labels. */
export type Comparator = 'prior' | 'prompt-only' | 'length' | 'chance'

type Metrics = Readonly<Record<string, number>>

/**
 * Judges a training by its 95 % intervals: of APGR against chance (0.5), and of the differences to prompt length, to the
 * built-in router and to a router that reads the prompt only, each if it was measured. One of them below 0 makes it worse, one that contains 0 unclear.
 */
export function standingOf(metrics: Metrics): TrainingStanding {
  const intervals = (['prior', 'prompt-only', 'length', 'chance'] as const).flatMap((than) => {
    const interval = differenceTo(than, metrics)
    return interval === undefined ? [] : [{ than, ...interval }]
  })
  if (intervals.length === 0) return { kind: 'not-measured' }
  const worse = intervals.find(({ high }) => high < 0)
  if (worse !== undefined) return { kind: 'worse', than: worse.than }
  const unclear = intervals.find(({ low }) => low <= 0)
  if (unclear !== undefined) return { kind: 'unclear', than: unclear.than }
  return { kind: 'better', than: intervals.map(({ than }) => than) }
}

/** The 95 % interval of the router's APGR less that of the other, if it was measured. */
export function differenceTo(
  than: Comparator,
  metrics: Metrics,
): { readonly low: number; readonly high: number } | undefined {
  const stem = metrics.leftOutApgr === undefined ? 'validationApgr' : 'leftOutApgr'
  const name = { prior: 'OverPrior', 'prompt-only': 'OverPromptOnly', length: 'OverLength', chance: '' }[than]
  const [low, high] = [metrics[`${stem}${name}Low`], metrics[`${stem}${name}High`]]
  if (low === undefined || high === undefined) return undefined
  return than === 'chance' ? { low: low - 0.5, high: high - 0.5 } : { low, high }
}

export const comparatorNames: Readonly<Record<Comparator, string>> = {
  prior: 'the built-in router',
  'prompt-only': 'a router that reads the prompt only',
  length: 'prompt length',
  chance: 'chance',
}

/** The standing in a sentence or two. Undefined if nothing was measured. */
export function standingSentence(metrics: Metrics): string | undefined {
  const standing = standingOf(metrics)
  switch (standing.kind) {
    case 'not-measured':
      return undefined
    case 'better':
      return `It is better than ${listed(standing.than.map((than) => comparatorNames[than]))} on labels that it was not fitted on.`
    case 'worse':
      return `Do not use this router: on labels that it was not fitted on it is worse than ${comparatorNames[standing.than]} (${difference(standing.than, metrics)}).`
    case 'unclear':
      return `The labels do not show that this router is better than ${comparatorNames[standing.than]} (${difference(standing.than, metrics)}). More labels would decide it; until then do not replace a router by it.`
  }
}

function difference(than: Comparator, metrics: Metrics): string {
  const { low, high } = differenceTo(than, metrics) ?? { low: Number.NaN, high: Number.NaN }
  const signed = (value: number) => formatSigned(value, 3)
  return `APGR ${signed(low)} to ${signed(high)}`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
