import { z } from 'zod'
import { readJsonFile } from '../../onnx/json-file.ts'

/** Beside a checkpoint that `routellm train bert` wrote: what transformers has no place for. */
export const bertRecordFile = 'routellm.json'
/** Beside it, the prompts of the training as `TrainedPrompts`. */
export const bertTrainedPromptsFile = 'trained-prompts.safetensors'
const maxBytes = 1_000_000

const recordSchema = z.object({
  pair: z.object({ strong: z.string(), weak: z.string() }),
  /** Its training data. */
  data: z.array(z.object({ sha256: z.string() })),
  /** See `CalibratedRouter`. */
  winRateQuantiles: z.array(z.number().min(0).max(1)).min(2).optional(),
  /** Measured at training. */
  metrics: z.record(z.string(), z.number()).optional(),
  /** Number of prompts that they were computed from. */
  calibrationPrompts: z.int().min(0).optional(),
})

export type BertRecord = z.output<typeof recordSchema>

/** The record of a checkpoint folder; undefined if there is none. Throws ArtifactError `checkpoint-invalid`. */
export function readBertRecord(folder: string): Promise<BertRecord | undefined> {
  return readJsonFile(folder, bertRecordFile, maxBytes, recordSchema)
}
