import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'
import type { LabelledPrompts } from '../labelled-prompts/labelled-prompts.ts'
import { float32Column, promptsOfArtifact, tensorsOfPrompts } from '../labelled-prompts/tensors.ts'

/** Prompts, and how often the strong model did better on each. */
export type NearestNeighboursParameters = {
  readonly prompts: LabelledPrompts
  /** Share of the comparisons on each prompt that the strong model won, a tie being half, in [0, 1]. */
  readonly strongWins: Float32Array
  /** Weight of those comparisons; 1 for a single ordinary one, above 0. */
  readonly weights: Float32Array
}

/** Besides those of the prompts: `strong_wins` and `comparison_weight`, [prompts] F32. */
export function tensorsOfParameters(parameters: NearestNeighboursParameters): Map<string, Tensor> {
  const { prompts, strongWins, weights } = parameters
  return new Map([
    ...tensorsOfPrompts(prompts),
    ['strong_wins', float32Tensor(strongWins, [strongWins.length])],
    ['comparison_weight', float32Tensor(weights, [weights.length])],
  ])
}

/**
 * @param source the artifact's folder, for errors.
 * @throws ArtifactError if a tensor is missing, has another shape, or is outside its range.
 */
export function parametersOfArtifact(artifact: RouterArtifact, source: string): NearestNeighboursParameters {
  const prompts = promptsOfArtifact(artifact, source)
  const count = prompts.excerpts.length
  const strongWins = float32Column(artifact.tensors, 'strong_wins', count, source)
  const weights = float32Column(artifact.tensors, 'comparison_weight', count, source)
  const wrong = strongWins.findIndex((share, row) => share < 0 || share > 1 || !(weights[row]! > 0))
  if (wrong >= 0)
    throw new ArtifactError(
      'weights-invalid',
      `Row ${wrong} of ${source} has strong_wins ${strongWins[wrong]} and comparison_weight ${weights[wrong]}; a share from 0 to 1 and a weight above 0 belong there. Train the router again.`,
    )
  return { prompts, strongWins, weights }
}
