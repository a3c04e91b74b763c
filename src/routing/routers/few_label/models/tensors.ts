import type { RouterArtifact } from '../../../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../../../base/artifact/safetensors.ts'
import { float32Column } from '../../labelled-prompts/tensors.ts'
import { emptyForest } from '../forest/forest.ts'
import type { FewLabelParameters, FewLabelWeights } from '../parameters.ts'
import { tensorsOfParameters } from '../tensors.ts'
import type { FewLabelModelParameters } from './parameters.ts'

const constantsName = 'model_constants'
const replyConstantsName = 'reply_constants'

/**
 * The tensors of the pair, and `model_constants`, `model_priors` [models], `model_named` [models · named], `model_terms`
 * [models · terms], `model_build_factors`, `model_meaning_factors` [models · supports], and `left_out_model_scores`
 * [prompts · models]. If the lengths of replies were learned, the same with `reply_` in place of `model_`, `reply_least`,
 * `reply_most` [models] and `left_out_reply_tokens` [prompts · models].
 */
export function tensorsOfModelParameters(parameters: FewLabelModelParameters): Map<string, Tensor> {
  const { models, leftOutScores, replies } = parameters
  return new Map([
    ...tensorsOfParameters(parameters),
    ...tensorsOfWeights('model', models),
    ['left_out_model_scores', column(leftOutScores)],
    ...(replies === null
      ? []
      : [
          ...tensorsOfWeights('reply', replies.models),
          ['reply_least', column(replies.least)] as const,
          ['reply_most', column(replies.most)] as const,
          ['left_out_reply_tokens', column(replies.leftOutTokens)] as const,
        ]),
  ])
}

function tensorsOfWeights(prefix: string, models: readonly FewLabelWeights[]): [string, Tensor][] {
  const joined = (name: string, of: (weights: FewLabelWeights) => ArrayLike<number>): [string, Tensor] => [
    `${prefix}_${name}`,
    column(Float32Array.from(models.flatMap((weights) => Array.from(of(weights))))),
  ]
  return [
    joined('constants', ({ constant }) => [constant]),
    joined('priors', ({ prior }) => [prior]),
    joined('named', ({ named }) => named),
    joined('terms', ({ terms }) => terms),
    joined('build_factors', ({ build }) => build.factors),
    joined('meaning_factors', ({ meaning }) => meaning.factors),
  ]
}

function column(values: Float32Array): Tensor {
  return float32Tensor(values, [values.length])
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
  const perLabel = trained.leftOutWinRates.length * count
  const floats = (name: string, size: number) => float32Column(tensors, name, size, source)
  const weightsOf = (prefix: string): FewLabelWeights[] => {
    const perModel = (name: string, size: number) => {
      const values = floats(`${prefix}_${name}`, count * size)
      return (model: number) => values.subarray(model * size, (model + 1) * size)
    }
    const [constant, prior] = [perModel('constants', 1), perModel('priors', 1)]
    const named = perModel('named', weights.named.length)
    const terms = perModel('terms', weights.terms.length)
    const build = perModel('build_factors', weights.build.factors.length)
    const meaning = perModel('meaning_factors', weights.meaning.factors.length)
    return Array.from({ length: count }, (_, model) => ({
      constant: constant(model)[0]!,
      prior: prior(model)[0]!,
      named: named(model),
      terms: terms(model),
      build: { rows: weights.build.rows, factors: build(model) },
      meaning: { rows: weights.meaning.rows, factors: meaning(model) },
      forest: emptyForest,
    }))
  }
  return {
    ...pair,
    models: weightsOf('model'),
    leftOutScores: floats('left_out_model_scores', perLabel),
    replies: tensors.has(replyConstantsName)
      ? {
          models: weightsOf('reply'),
          least: floats('reply_least', count),
          most: floats('reply_most', count),
          leftOutTokens: floats('left_out_reply_tokens', perLabel),
        }
      : null,
  }
}
