import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'
import { float32Column, int32Column, int32Tensor, tensorNamed } from '../labelled-prompts/tensors.ts'
import { tensorsOfTrainedPrompts, trainedPromptsOfTensors } from '../trained-prompts/tensors.ts'
import { checkForest, forestOfTensors, tensorsOfForest } from './forest/forest-tensors.ts'
import type { FewLabelParameters, Supports } from './parameters.ts'

/** The single numbers, in the order of the tensor `scalars`. */
const scalars = ['prior centre', 'prior deviation', 'constant', 'prior weight', 'slope', 'offset'] as const

/**
 * `scalars` [6]; of the prompts' space `prior_direction` [dimensions], `named_centres`, `named_deviations` [named],
 * `meaning_centre` [meaning], `meaning_axes` [axes · meaning], `term_hashes` I32 and `term_rarities` [terms]; of the labels `named_weights`, `term_weights`,
 * `build_factors` [supports], `build_rows` [supports · named], `meaning_factors`, `meaning_rows`; and the
 * tensors of the forest and of the trained prompts. F32 if no type is given.
 */
export function tensorsOfParameters(parameters: FewLabelParameters): Map<string, Tensor> {
  const { space, weights, scale, trained } = parameters
  const alone = [
    space.priorCentre,
    space.priorDeviation,
    weights.constant,
    weights.prior,
    scale.slope,
    scale.offset,
  ]
  const columns: readonly (readonly [string, Float32Array | Int32Array])[] = [
    ['scalars', Float32Array.from(alone)],
    ['prior_direction', space.priorDirection],
    ['named_centres', space.namedCentres],
    ['named_deviations', space.namedDeviations],
    ['meaning_centre', space.meaning.centre],
    ['meaning_axes', space.meaning.axes],
    ['term_hashes', space.vocabulary.hashes],
    ['term_rarities', space.vocabulary.rarities],
    ['named_weights', weights.named],
    ['term_weights', weights.terms],
    ['build_rows', weights.build.rows],
    ['build_factors', weights.build.factors],
    ['meaning_rows', weights.meaning.rows],
    ['meaning_factors', weights.meaning.factors],
  ]
  return new Map([
    ...columns.map(([name, values]): [string, Tensor] => [
      name,
      values instanceof Int32Array ? int32Tensor(values) : float32Tensor(values, [values.length]),
    ]),
    ...tensorsOfForest(weights.forest),
    ...tensorsOfTrainedPrompts(trained),
  ])
}

/**
 * @param source the artifact's folder, for errors. @param sizes lengths of the base embedder's vectors, of their named part, and
 *   of the vectors that compare meaning.
 * @throws ArtifactError `weights-missing`, `weights-shape`, `weights-invalid`.
 */
export function parametersOfArtifact(
  { tensors }: RouterArtifact,
  source: string,
  sizes: { readonly base: number; readonly named: number; readonly meaning: number },
): FewLabelParameters {
  const floats = (name: string, length: number) => float32Column(tensors, name, length, source)
  const [priorCentre, priorDeviation, constant, prior, slope, offset] = floats('scalars', scalars.length)
  const terms = lengthOf(tensors, 'term_hashes', source)
  const axes = Math.floor(lengthOf(tensors, 'meaning_axes', source) / sizes.meaning)
  const supports = (name: string, size: number): Supports => {
    const count = lengthOf(tensors, `${name}_factors`, source)
    return { rows: floats(`${name}_rows`, count * size), factors: floats(`${name}_factors`, count) }
  }
  const trained = trainedPromptsOfTensors(tensors, source)
  if (trained === undefined)
    throw new ArtifactError(
      'weights-missing',
      `${source} does not record the prompts of its labels in the form that this release reads. Train the router again on the same labels.`,
    )
  const parameters: FewLabelParameters = {
    space: {
      priorDirection: floats('prior_direction', sizes.base),
      priorCentre: priorCentre!,
      priorDeviation: priorDeviation!,
      namedCentres: floats('named_centres', sizes.named),
      namedDeviations: floats('named_deviations', sizes.named),
      meaning: {
        centre: floats('meaning_centre', sizes.meaning),
        axes: floats('meaning_axes', axes * sizes.meaning),
      },
      vocabulary: {
        hashes: int32Column(tensors, 'term_hashes', terms, source),
        rarities: floats('term_rarities', terms),
      },
    },
    weights: {
      constant: constant!,
      prior: prior!,
      named: floats('named_weights', sizes.named),
      terms: floats('term_weights', terms),
      build: supports('build', sizes.named),
      meaning: supports('meaning', sizes.meaning),
      forest: forestOfTensors(tensors, source),
    },
    scale: { slope: slope!, offset: offset! },
    trained,
  }
  checkRanges(parameters, source)
  checkForest(parameters.weights.forest, sizes.named + 1 + axes, source)
  return parameters
}

function checkRanges({ space, scale }: FewLabelParameters, source: string): void {
  const refuse = (what: string): never => {
    throw new ArtifactError('weights-invalid', `${source} has ${what}. Train the router again.`)
  }
  if (!(space.priorDeviation > 0)) refuse(`a prior deviation of ${space.priorDeviation}; it is above 0`)
  const narrow = space.namedDeviations.findIndex((deviation) => !(deviation > 0))
  if (narrow >= 0) refuse(`named_deviations ${space.namedDeviations[narrow]} at ${narrow}; they are above 0`)
  if (!(scale.slope > 0)) refuse(`a slope of ${scale.slope}; it is above 0`)
  const hash = space.vocabulary.hashes.indexOf(0)
  if (hash >= 0) refuse(`the term hash 0 at ${hash}; no term has it`)
}

function lengthOf(tensors: ReadonlyMap<string, Tensor>, name: string, source: string): number {
  return tensorNamed(tensors, name, source).shape[0] ?? 0
}
