import type { RouterArtifact } from '../../../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../../../base/artifact/safetensors.ts'
import { float32Column } from '../../labelled-prompts/tensors.ts'
import { emptyForest } from '../forest.ts'
import type { FewLabelParameters, FewLabelWeights } from '../parameters.ts'
import { tensorsOfParameters } from '../tensors.ts'
import type { FewLabelModelParameters } from './parameters.ts'

const constantsName = 'model_constants'

/**
 * The tensors of the pair, and `model_constants`, `model_priors` [models], `model_named` [models · named], `model_terms`
 * [models · terms], `model_build_factors`, `model_meaning_factors` [models · supports], and `left_out_model_scores`
 * [prompts · models].
 */
export function tensorsOfModelParameters(parameters: FewLabelModelParameters): Map<string, Tensor> {
  const { models, leftOutScores } = parameters
  const joined = (name: string, of: (weights: FewLabelWeights) => ArrayLike<number>): [string, Tensor] => {
    const values = Float32Array.from(models.flatMap((weights) => Array.from(of(weights))))
    return [name, float32Tensor(values, [values.length])]
  }
  return new Map([
    ...tensorsOfParameters(parameters),
    joined(constantsName, ({ constant }) => [constant]),
    joined('model_priors', ({ prior }) => [prior]),
    joined('model_named', ({ named }) => named),
    joined('model_terms', ({ terms }) => terms),
    joined('model_build_factors', ({ build }) => build.factors),
    joined('model_meaning_factors', ({ meaning }) => meaning.factors),
    ['left_out_model_scores', float32Tensor(leftOutScores, [leftOutScores.length])],
  ])
}

/** Whether the artifact scores many models. */
export function hasModelScores({ tensors }: RouterArtifact): boolean {
  return tensors.has(constantsName)
}

/**
 * @param pair the parameters of the pair in the same artifact. @throws ArtifactError `weights-missing`, `weights-shape`.
 */
export function modelParametersOfArtifact(
  { manifest, tensors }: RouterArtifact,
  source: string,
  pair: FewLabelParameters,
): FewLabelModelParameters {
  const count = manifest.models.length
  const { weights, trained } = pair
  const floats = (name: string, perModel: number) => {
    const values = float32Column(tensors, name, count * perModel, source)
    return (model: number) => values.subarray(model * perModel, (model + 1) * perModel)
  }
  const [constant, prior] = [floats(constantsName, 1), floats('model_priors', 1)]
  const named = floats('model_named', weights.named.length)
  const terms = floats('model_terms', weights.terms.length)
  const build = floats('model_build_factors', weights.build.factors.length)
  const meaning = floats('model_meaning_factors', weights.meaning.factors.length)
  return {
    ...pair,
    models: Array.from({ length: count }, (_, model) => ({
      constant: constant(model)[0]!,
      prior: prior(model)[0]!,
      named: named(model),
      terms: terms(model),
      build: { rows: weights.build.rows, factors: build(model) },
      meaning: { rows: weights.meaning.rows, factors: meaning(model) },
      forest: emptyForest,
    })),
    leftOutScores: float32Column(
      tensors,
      'left_out_model_scores',
      trained.leftOutWinRates.length * count,
      source,
    ),
  }
}
