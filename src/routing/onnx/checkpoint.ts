import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { manifestFile } from '../../base/artifact/folder.ts'
import { ArtifactError } from '../../errors.ts'
import { type CheckpointTensors, openCheckpointTensors } from './checkpoint-tensors.ts'
import type { Encoder } from './families/family.ts'
import { encoderOf } from './families/registry.ts'
import { readJsonFile } from './json-file.ts'
import { readTokenizer, type TokenizerFiles } from './tokenizer-file.ts'

/** An encoder in the hub's layout, checked as far as reading its headers allows. */
export type Checkpoint = {
  /** The name that the user gave, for errors. */
  readonly source: string
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>
  readonly encoder: Encoder
  readonly tensors: CheckpointTensors
  readonly tokenizer: TokenizerFiles
}

const maxConfigBytes = 1_000_000

/**
 * Opens a checkpoint folder. Weights are not read.
 *
 * @throws ArtifactError `checkpoint-not-found`, `checkpoint-invalid`, `unsupported-model`, `safetensors-invalid` or
 *   `tokenizer-invalid`.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const config = await readJsonFile(folder, 'config.json', maxConfigBytes, jsonObject)
  if (config === undefined)
    throw new ArtifactError(
      'checkpoint-not-found',
      `${folder} has no config.json. A checkpoint is a folder with config.json, model.safetensors and tokenizer.json, as a hub serves it.`,
    )
  const encoder = encoderOf(config, join(folder, 'config.json'))
  return {
    source: folder,
    config,
    encoder,
    tensors: await openCheckpointTensors(folder),
    tokenizer: await readTokenizer(folder, encoder.vocabulary),
  }
}

/** Whether a folder holds an encoder of a `model_type`, and no artifact of a trained router. */
export async function isEncoderFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => [])
  if (names.includes(manifestFile) || !names.includes('config.json')) return false
  const config = await readJsonFile(folder, 'config.json', maxConfigBytes, jsonObject)
  return typeof config?.model_type === 'string'
}

const jsonObject = z.record(z.string(), z.unknown())
