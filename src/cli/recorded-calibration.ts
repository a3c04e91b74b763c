import { loadRouterManifest } from '../artifact/load.ts'
import type { RouterConfig } from '../config/config.ts'
import { builtinArtifactFolder } from '../embedding/builtin/embedder.ts'
import { resolveCheckpoint } from '../hub/checkpoint.ts'
import { calibrationPrompts as promptsOfLength } from '../routers/length/calibration.ts'
import type { RouterDependencies } from '../routers/registry.ts'

/** How many prompts stand behind a calibrated router's quantiles; 0 where they are known without any. */
export async function recordedCalibrationPrompts(
  { kind, artifact, checkpoint, revision }: RouterConfig,
  { hub, builtinArtifact = builtinArtifactFolder }: RouterDependencies,
): Promise<number> {
  if (artifact === undefined && checkpoint === undefined && kind !== 'mf')
    return kind === 'length' ? promptsOfLength : 0
  const folder =
    checkpoint === undefined
      ? (artifact ?? builtinArtifact)
      : await resolveCheckpoint(checkpoint, { ...hub, ...(revision !== undefined && { revision }) })
  return (await loadRouterManifest(folder)).calibration?.prompts ?? 0
}
