import type { RouterSpecOf } from '../../router-kind.ts'
import type { mfSettings } from '../settings.ts'

/** Why the settings beside `encoder` cannot be meant, as the end of a sentence; undefined if they can. */
export function encoderConflict(spec: RouterSpecOf<typeof mfSettings>): string | undefined {
  const keys = [
    'artifact',
    'checkpoint',
    'revision',
    'embedder',
    'scoringStrongModel',
    'scoringWeakModel',
  ] as const
  const key = keys.find((each) => spec[each] !== undefined)
  return key === undefined
    ? undefined
    : `the router for an encoder comes with the package; remove ${key}, or remove encoder and train a router of your own on \`--embedder onnx:…\`.`
}
