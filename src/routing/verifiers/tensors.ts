import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../errors.ts'
import { parametersOfArtifact, tensorsOfParameters } from '../routers/few_label/tensors.ts'
import { float32Column, int32Column, int32Tensor, tensorNamed } from '../routers/labelled-prompts/tensors.ts'
import type { VerifierParameters } from './parameters.ts'
import { answerFeatureNames, answerFeaturesId } from './reading/answer-features.ts'

/** Key of the manifest's options for `answerFeaturesId`. */
export const answerFeaturesOption = 'answerFeatures'

/**
 * Those of the router `few_label`, and `answer_centres`, `answer_deviations`, `answer_weights` [features], `answer_term_hashes`
 * I32, `answer_term_rarities`, `answer_term_weights` [terms], `answer_factors` [supports], `answer_rows` [supports · features].
 */
export function tensorsOfVerifier(parameters: VerifierParameters): Map<string, Tensor> {
  const { space, weights } = parameters.answer
  const columns: readonly (readonly [string, Float32Array])[] = [
    ['answer_centres', space.centres],
    ['answer_deviations', space.deviations],
    ['answer_weights', weights.features],
    ['answer_term_rarities', space.vocabulary.rarities],
    ['answer_term_weights', weights.terms],
    ['answer_rows', weights.supports.rows],
    ['answer_factors', weights.supports.factors],
  ]
  return new Map([
    ...tensorsOfParameters(parameters),
    ...columns.map(([name, values]): [string, Tensor] => [name, float32Tensor(values, [values.length])]),
    ['answer_term_hashes', int32Tensor(space.vocabulary.hashes)],
  ])
}

/**
 * @param source the artifact's folder, for errors. @param sizes as for `parametersOfArtifact`.
 * @throws ArtifactError `weights-missing`, `weights-shape`, `weights-invalid`.
 */
export function verifierOfArtifact(
  artifact: RouterArtifact,
  source: string,
  sizes: Parameters<typeof parametersOfArtifact>[2],
): VerifierParameters {
  const { tensors } = artifact
  const lengthOf = (name: string) => tensorNamed(tensors, name, source).shape[0] ?? 0
  const floats = (name: string, length: number) => float32Column(tensors, name, length, source)
  const features = answerFeatureNames.length
  const terms = lengthOf('answer_term_hashes')
  const supports = lengthOf('answer_factors')
  if (artifact.manifest.options[answerFeaturesOption] !== answerFeaturesId)
    throw new ArtifactError(
      'weights-shape',
      `${source} was trained on other features of an answer than this release reads. Train the verifier again on the same labels.`,
    )
  const deviations = floats('answer_deviations', features)
  const negative = deviations.findIndex((deviation) => deviation < 0)
  if (negative >= 0)
    throw new ArtifactError(
      'weights-invalid',
      `${source} has answer_deviations ${deviations[negative]} at ${negative}; they are 0 or more. Train the verifier again.`,
    )
  return {
    ...parametersOfArtifact(artifact, source, sizes),
    answer: {
      space: {
        centres: floats('answer_centres', features),
        deviations,
        vocabulary: {
          hashes: int32Column(tensors, 'answer_term_hashes', terms, source),
          rarities: floats('answer_term_rarities', terms),
        },
      },
      weights: {
        features: floats('answer_weights', features),
        terms: floats('answer_term_weights', terms),
        supports: {
          rows: floats('answer_rows', supports * features),
          factors: floats('answer_factors', supports),
        },
      },
    },
  }
}
