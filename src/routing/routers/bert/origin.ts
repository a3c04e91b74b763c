import { resolveEncoder } from '../../onnx/resolve-encoder.ts'
import type { RouterDependencies, RouterRecord, RouterSpecOf } from '../router-kind.ts'
import { readBertRecord } from './record.ts'
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
  const { pair, data, calibrationPrompts = 0 } = record
  return { calibrationPrompts, training: { pair, data } }
}
