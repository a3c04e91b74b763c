import type { Contribution } from '../explanation.ts'
import { forestEffects } from './forest/forest.ts'
import type { FewLabelParameters } from './parameters.ts'
import { type BaseEmbedder, namedDimensions, type PromptPlace } from './prompt-space.ts'
import { similarityPart } from './score.ts'

/** Words shown by themselves; what the rest adds is summed up. */
const wordsShown = 12

/**
 * A function that returns what each part of a score added to the log-odds, largest first. With the constant they
 * sum to the log-odds. A tree's part counts for the inputs by which the prompt found its leaf.
 *
 * The value of the prior's opinion is in standard deviations over the user's prompts, that of a named feature in the
 * feature's unit, that of a word its number of occurrences in the text. The value of a part without a unit is its
 * part of the score.
 */
export function createExplainer({ weights, scale }: FewLabelParameters, embedder: BaseEmbedder) {
  const names = namedDimensions(embedder).map((dimension) => ({
    dimension,
    feature: embedder.featureNames[dimension]!,
  }))
  return (text: string, place: PromptPlace): readonly Contribution[] => {
    const whole = (feature: string, part: number): Contribution => ({
      feature,
      value: part,
      effect: scale.slope * part,
    })
    const values = embedder.featureValues(text)
    const byTrees = forestEffects(weights.forest, place.inputs)
    const axes = byTrees.subarray(names.length + 1).reduce((sum, effect) => sum + effect, 0)
    const contributions = [
      {
        feature: 'built-in router',
        value: place.prior,
        effect: scale.slope * (weights.prior * place.prior + byTrees[names.length]!),
      },
      ...names.map(({ dimension, feature }, index) => ({
        feature,
        value: values[dimension]!,
        effect: scale.slope * (weights.named[index]! * place.named[index]! + byTrees[index]!),
      })),
      whole('topic', similarityPart(weights.meaning, place.meaning) + axes),
      whole('prompts of a similar build', similarityPart(weights.build, place.named)),
      ...words(text, place, (term) => scale.slope * weights.terms[term]!),
    ]
    return contributions
      .filter(({ effect }) => effect !== 0)
      .sort((one, another) => Math.abs(another.effect) - Math.abs(one.effect))
  }
}
function words(
  text: string,
  { terms, scan }: PromptPlace,
  effectPerValue: (term: number) => number,
): Contribution[] {
  const all = Array.from({ length: terms.count }, (_, entry) => {
    const place = terms.places[entry]!
    const first = place >> 1
    const tokens = place % 2 === 0 ? [first] : [first, first + 1]
    const written = tokens.map((token) => text.slice(scan.tokenStarts[token], scan.tokenEnds[token]))
    return {
      feature: `“${written.join(' ')}”`,
      value: terms.occurrences[entry]!,
      effect: effectPerValue(terms.terms[entry]!) * terms.values[entry]!,
    }
  }).sort((one, another) => Math.abs(another.effect) - Math.abs(one.effect))
  const rest = all.slice(wordsShown)
  if (rest.length === 0) return all
  return [
    ...all.slice(0, wordsShown),
    {
      feature: 'other words',
      value: rest.length,
      effect: rest.reduce((sum, { effect }) => sum + effect, 0),
    },
  ]
}
