import { join } from 'node:path'
import { parseSafetensors } from '../../../base/artifact/safetensors.ts'
import { readRegularFile } from '../../../base/files/read-file.ts'
import { resolveEncoder } from '../../onnx/resolve-encoder.ts'
import type { RouterDependencies, RouterRecord, RouterSpecOf } from '../router-kind.ts'
import { leftOutRankingOf } from '../trained-artifact.ts'
import { trainedPromptsOfTensors } from '../trained-prompts/tensors.ts'
import type { TrainedPrompts } from '../trained-prompts/trained-prompts.ts'
import { bertTrainedPromptsFile, readBertRecord } from './record.ts'
import type { bertSettings } from './settings.ts'

type BertSpec = RouterSpecOf<typeof bertSettings>

/** The folder of the artifact or checkpoint that a spec names, downloaded if it is on a hub. Undefined if it names none. */
export async function resolveNamedFolder(
  { artifact, checkpoint, revision }: BertSpec,
  { hub }: RouterDependencies,
): Promise<string | undefined> {
  if (checkpoint === undefined) return artifact
  return resolveEncoder(checkpoint, { ...hub, ...(revision !== undefined && { revision }) })
}

/** The training record beside the checkpoint. */
export async function readOrigin(
  spec: BertSpec,
  dependencies: RouterDependencies,
): Promise<RouterRecord | undefined> {
  const folder = await resolveNamedFolder(spec, dependencies)
  const record = folder === undefined ? undefined : await readBertRecord(folder)
  if (record === undefined) return undefined
  const { pair, data, calibrationPrompts = 0, metrics = {} } = record
  const leftOutRanking = leftOutRankingOf(metrics)
  return {
    calibrationPrompts,
    training: { pair, data, ...(leftOutRanking !== undefined && { leftOutRanking }) },
  }
}

/** The prompts of the training, from the file beside the checkpoint. Undefined if there is none. */
export async function readTrainedPrompts(
  spec: BertSpec,
  dependencies: RouterDependencies,
): Promise<TrainedPrompts | undefined> {
  const folder = await resolveNamedFolder(spec, dependencies)
  if (folder === undefined) return undefined
  const file = join(folder, bertTrainedPromptsFile)
  const bytes = await readRegularFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return bytes === undefined ? undefined : trainedPromptsOfTensors(parseSafetensors(bytes, file), file)
}
