import { type RouterSpec, resolveRouterKind } from '../../routing/routers/registry.ts'
import type { RouterDependencies, RouterRecord } from '../../routing/routers/router-kind.ts'

/** The number of prompts behind a calibrated router's quantiles; 0 if they are known without any. */
export async function recordedCalibrationPrompts(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<number> {
  return (await readRecord(spec, dependencies))?.calibrationPrompts ?? 0
}

/** What training recorded of a router. Undefined for a kind that is not trained, and for a checkpoint. */
export async function trainingRecord(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<RouterRecord['training']> {
  if (spec.checkpoint !== undefined) return undefined
  return (await readRecord(spec, dependencies))?.training
}

async function readRecord(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<RouterRecord | undefined> {
  const kind = await resolveRouterKind(spec, dependencies)
  return kind.origin?.record?.(spec, dependencies)
}
