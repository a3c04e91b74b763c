import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import type { Tensor } from '../../../base/artifact/safetensors.ts'
import { float32Tensor } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'
import type { LabelledPrompts } from '../labelled-prompts/labelled-prompts.ts'
import {
  columnNamed,
  float32Column,
  int32Of,
  int32Tensor,
  promptsOfArtifact,
  tensorNamed,
  tensorsOfPrompts,
} from '../labelled-prompts/tensors.ts'
import { type BattleColumns, battleOutcomes } from './battle-columns.ts'

/** All that similarity-weighted ranking knows: it keeps its battles. */
export type SimilarityWeightedParameters = {
  readonly models: readonly string[]
  /** Elo of each model over all battles. */
  readonly ratings: Float32Array
  /** Tier of each model; 0 is the best. */
  readonly tiers: Int32Array
  readonly battles: BattleColumns
  readonly prompts: LabelledPrompts
}

/**
 * Besides those of the prompts: `ratings` [models] F32, `tiers` [models] I32; and per battle `battle_model_a`,
 * `battle_model_b`, `battle_prompt` I32, `battle_outcome` U8 (0 model_a, 1 model_b, 2 tie), `battle_weight` F32.
 */
export function tensorsOfParameters(parameters: SimilarityWeightedParameters): Map<string, Tensor> {
  const { ratings, tiers, battles, prompts } = parameters
  const { outcomes, weights } = battles
  return new Map([
    ...tensorsOfPrompts(prompts),
    ['ratings', float32Tensor(ratings, [ratings.length])],
    ['tiers', int32Tensor(tiers)],
    ['battle_model_a', int32Tensor(battles.modelA)],
    ['battle_model_b', int32Tensor(battles.modelB)],
    ['battle_prompt', int32Tensor(battles.prompts)],
    ['battle_weight', float32Tensor(weights, [weights.length])],
    ['battle_outcome', { dtype: 'U8', shape: [outcomes.length], bytes: outcomes }],
  ])
}

/**
 * @param source the artifact's folder, for errors.
 * @throws ArtifactError if a tensor is missing, has another shape, or holds an index out of range.
 */
export function parametersOfArtifact(artifact: RouterArtifact, source: string): SimilarityWeightedParameters {
  const { tensors } = artifact
  const { models } = artifact.manifest
  const prompts = promptsOfArtifact(artifact, source)
  const count = tensorNamed(tensors, 'battle_outcome', source).shape[0] ?? 0
  const index = (name: string, below: number) => int32Of(tensors, name, count, source, below)
  return {
    models,
    ratings: float32Column(tensors, 'ratings', models.length, source),
    tiers: int32Of(tensors, 'tiers', models.length, source, models.length),
    prompts,
    battles: {
      modelA: index('battle_model_a', models.length),
      modelB: index('battle_model_b', models.length),
      prompts: index('battle_prompt', prompts.excerpts.length),
      outcomes: outcomesOf(columnNamed(tensors, 'battle_outcome', count, 'U8', source), source),
      weights: float32Column(tensors, 'battle_weight', count, source),
    },
  }
}

function outcomesOf({ bytes }: Tensor, source: string): Uint8Array {
  const wrong = bytes.findIndex((outcome) => outcome >= battleOutcomes.length)
  if (wrong >= 0)
    throw new ArtifactError(
      'weights-invalid',
      `battle_outcome of ${source} has ${bytes[wrong]} at ${wrong}; 0 (model_a), 1 (model_b) and 2 (tie) are known. Train the router again.`,
    )
  return bytes
}
