import { loadRouterManifest } from '../../../base/artifact/load.ts'
import { resolveCheckpoint } from '../../../base/files/hub/checkpoint.ts'
import type { RouterConfig } from '../../../config/config.ts'
import { builtinArtifactFolder } from '../../../routing/embedding/builtin/embedder.ts'
import { isEncoderFolder } from '../../../routing/onnx/checkpoint.ts'
import { resolveEncoder } from '../../../routing/onnx/resolve-encoder.ts'
import { readBertRecord } from '../../../routing/routers/bert/record.ts'
import { calibrationPrompts as promptsOfLength } from '../../../routing/routers/length/calibration.ts'
import type { RouterDependencies } from '../../../routing/routers/registry.ts'

/** What a router knows of its making, as far as calibration asks for it. */
export type RouterRecord = {
  readonly pair: { readonly strong: string; readonly weak: string }
  readonly data: readonly { readonly sha256: string }[]
  readonly calibrationPrompts: number
}

/** How many prompts stand behind a calibrated router's quantiles; 0 where they are known without any. */
export async function recordedCalibrationPrompts(
  spec: RouterConfig,
  dependencies: RouterDependencies,
): Promise<number> {
  const { checkpoint, revision, kind } = spec
  const record =
    checkpoint === undefined
      ? await trainedRecord(spec, dependencies)
      : await recordIn(
          await (kind === 'bert' ? resolveEncoder : resolveCheckpoint)(checkpoint, {
            ...dependencies.hub,
            ...(revision !== undefined && { revision }),
          }),
        )
  if (record !== undefined) return record.calibrationPrompts
  return kind === 'length' ? promptsOfLength : 0
}

/** The record of a router that was trained here; undefined for one without, and for a checkpoint, which may not have one. */
export async function trainedRecord(
  { kind, artifact, checkpoint }: RouterConfig,
  { builtinArtifact = builtinArtifactFolder }: RouterDependencies,
): Promise<RouterRecord | undefined> {
  if (artifact !== undefined) return recordIn(artifact)
  return checkpoint === undefined && kind === 'mf' ? recordIn(builtinArtifact) : undefined
}

async function recordIn(folder: string): Promise<RouterRecord | undefined> {
  if (await isEncoderFolder(folder)) {
    const record = await readBertRecord(folder)
    return record && { ...record, calibrationPrompts: record.calibrationPrompts ?? 0 }
  }
  const { pair, data, calibration } = await loadRouterManifest(folder)
  return { pair, data, calibrationPrompts: calibration?.prompts ?? 0 }
}
