import { basename, dirname } from 'node:path'
import { type CheckpointFiles, resolveCheckpoint } from '../../base/files/hub/checkpoint.ts'
import type { HubOptions } from '../../base/files/hub/hub-options.ts'
import { findFile } from './checkpoint-file.ts'
import { shardNames, weightsFile, weightsIndexFile } from './checkpoint-tensors.ts'

const needed = ['config.json', 'tokenizer.json']

const encoderFiles: CheckpointFiles = {
  layouts: [
    [...needed, weightsFile],
    [...needed, weightsIndexFile],
  ],
  optional: [
    'tokenizer_config.json',
    'modules.json',
    'sentence_bert_config.json',
    'config_sentence_transformers.json',
    '1_Pooling/config.json',
    'routellm.json',
  ],
}

/** The folder of an encoder, its shards included; as `resolveCheckpoint`, and with its errors. */
export async function resolveEncoder(idOrFolder: string, options: HubOptions = {}): Promise<string> {
  const folder = await resolveCheckpoint(idOrFolder, options, encoderFiles)
  if (folder === idOrFolder || (await findFile(folder, weightsFile)) !== undefined) return folder
  const shards = new Set((await shardNames(folder)).values())
  return resolveCheckpoint(idOrFolder, options, { layouts: [[...shards]], optional: [] })
}

/** The commit of a folder of the hub cache; undefined for any other folder. */
export function commitOf(folder: string): string | undefined {
  const commit = basename(folder)
  return basename(dirname(folder)) === 'snapshots' && /^[0-9a-f]{40}$/.test(commit) ? commit : undefined
}
