import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { manifestFile } from '../../base/artifact/folder.ts'
import { ArtifactError, ConfigError } from '../../errors.ts'
import { type CheckpointTensors, openCheckpointTensors } from './checkpoint-tensors.ts'
import type { Encoder } from './families/family.ts'
import { encoderOf } from './families/registry.ts'
import { readJsonFile } from './json-file.ts'
import { readTokenizer, type TokenizerFiles } from './tokenizer-file.ts'

/** An encoder in the hub's layout, checked as far as reading its headers allows. */
export type Checkpoint = {
  /** The name that the user gave, for errors. */
  readonly source: string
  /** `config.json`; of an encoder that is cut, with the layers that are left. */
  readonly config: Readonly<Record<string, unknown>>
  readonly encoder: Encoder
  readonly tensors: CheckpointTensors
  readonly tokenizer: TokenizerFiles
}

const maxConfigBytes = 1_000_000

/**
 * Opens a checkpoint folder. Weights are not read.
 *
 * @param layers the encoder ends after so many layers. Default: all of them.
 * @throws ConfigError `too-many-layers` if it has fewer; ArtifactError `checkpoint-not-found`, `checkpoint-invalid`,
 *   `unsupported-model`, `safetensors-invalid` or `tokenizer-invalid`.
 */
export async function openCheckpoint(folder: string, layers?: number): Promise<Checkpoint> {
  const whole = await readJsonFile(folder, 'config.json', maxConfigBytes, jsonObject)
  if (whole === undefined)
    throw new ArtifactError(
      'checkpoint-not-found',
      `${folder} has no config.json. A checkpoint is a folder with config.json, model.safetensors and tokenizer.json, as a hub serves it.`,
    )
  const place = join(folder, 'config.json')
  const available = encoderOf(whole, place).layers
  if (layers !== undefined && layers > available)
    throw new ConfigError(
      'too-many-layers',
      `${folder} is an encoder of ${available} layers, and ${layers} are asked for. Ask for 1 to ${available}.`,
      { param: '--embedder' },
    )
  const config = layers === undefined ? whole : { ...whole, num_hidden_layers: layers }
  const encoder = encoderOf(config, place)
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
