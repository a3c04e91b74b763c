import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'
import { columnNamed, float32Column, int32Column, int32Tensor } from '../labelled-prompts/tensors.ts'
import { sketchBytes } from './sketch.ts'
import { noWinRate, type TrainedPrompts } from './trained-prompts.ts'

const identitiesName = 'trained_prompts'
const sketchesName = 'trained_prompt_sketches'
const winRatesName = 'left_out_win_rates'

/** `trained_prompts` I32 [2 · prompts], `trained_prompt_sketches` U8 [63 · prompts], `left_out_win_rates` F32 [prompts]. */
export function tensorsOfTrainedPrompts({
  identities,
  sketches,
  leftOutWinRates,
}: TrainedPrompts): [string, Tensor][] {
  return [
    [identitiesName, int32Tensor(identities)],
    [sketchesName, { dtype: 'U8', shape: [sketches.length], bytes: sketches }],
    [winRatesName, float32Tensor(leftOutWinRates, [leftOutWinRates.length])],
  ]
}

/**
 * The prompts that an artifact was trained on. Undefined if it does not record them, as those of an upstream checkpoint.
 *
 * @param source the artifact's folder, for errors.
 * @throws ArtifactError `weights-missing`, `weights-shape`, `weights-invalid`.
 */
export function trainedPromptsOfTensors(
  tensors: RouterArtifact['tensors'],
  source: string,
): TrainedPrompts | undefined {
  const count = tensors.get(winRatesName)?.shape[0]
  if (count === undefined && !tensors.has(identitiesName)) return undefined
  const prompts = count ?? 0
  const trained = {
    identities: int32Column(tensors, identitiesName, 2 * prompts, source),
    sketches: columnNamed(tensors, sketchesName, sketchBytes * prompts, 'U8', source).bytes,
    leftOutWinRates: float32Column(tensors, winRatesName, prompts, source),
  }
  const wrong = trained.leftOutWinRates.find(
    (winRate) => winRate !== noWinRate && !(winRate >= 0 && winRate <= 1),
  )
  if (wrong === undefined) return trained
  throw new ArtifactError(
    'weights-invalid',
    `${source} has the left-out win rate ${wrong}; they are from 0 to 1, or ${noWinRate} for none. Train the router again.`,
  )
}
