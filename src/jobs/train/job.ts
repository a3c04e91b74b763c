import type { Job } from '../job.ts'
import { type TrainPayload, trainPayload } from './payload.ts'
import type { TrainResult } from './result.ts'

/** Trains a router on files and writes it as an artifact. The folder is replaced as a whole or not at all. */
export const trainJob: Job<TrainPayload, TrainResult> = {
  name: 'train',
  payload: trainPayload,
  async run(payload, context) {
    if (payload.kind === 'bert') return (await import('./bert.ts')).trainBertCheckpoint(payload, context)
    return (await import('./artifact.ts')).trainArtifact(payload, context)
  },
}
