import { loadRouterManifest } from '../../artifact/load.ts'
import type { RouterManifest } from '../../artifact/router-artifact.ts'
import type { RouterConfig } from '../../config/config.ts'
import { builtinArtifactFolder } from '../../embedding/builtin/embedder.ts'
import { resolveCheckpoint } from '../../hub/checkpoint.ts'
import { calibrationPrompts as promptsOfLength } from '../../routers/length/calibration.ts'
import type { RouterDependencies } from '../../routers/registry.ts'

/** How many prompts stand behind a calibrated router's quantiles; 0 where they are known without any. */
export async function recordedCalibrationPrompts(
  spec: RouterConfig,
  dependencies: RouterDependencies,
): Promise<number> {
  const { checkpoint, revision, kind } = spec
  const manifest =
    checkpoint === undefined
      ? await trainedManifest(spec, dependencies)
      : await loadRouterManifest(
          await resolveCheckpoint(checkpoint, {
            ...dependencies.hub,
            ...(revision !== undefined && { revision }),
          }),
        )
  if (manifest !== undefined) return manifest.calibration?.prompts ?? 0
  return kind === 'length' ? promptsOfLength : 0
}

/** What the artifact of a router says about itself; undefined for one without, and for a checkpoint, which may not say. */
export async function trainedManifest(
  { kind, artifact, checkpoint }: RouterConfig,
  { builtinArtifact = builtinArtifactFolder }: RouterDependencies,
): Promise<RouterManifest | undefined> {
  if (artifact !== undefined) return loadRouterManifest(artifact)
  return checkpoint === undefined && kind === 'mf' ? loadRouterManifest(builtinArtifact) : undefined
}
