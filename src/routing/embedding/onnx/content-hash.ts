import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Checkpoint } from '../../onnx/checkpoint.ts'
import { findFile } from '../../onnx/checkpoint-file.ts'

/** Whatever vectors depend on, besides the weights. */
const smallFiles = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'modules.json',
  '1_Pooling/config.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
]

/** `sha256-` and 16 hexadecimal digits over all files that a checkpoint's vectors depend on. */
export async function contentHash(folder: string, { tensors }: Checkpoint): Promise<string> {
  const hash = createHash('sha256')
  const found = await Promise.all(smallFiles.map((name) => findFile(folder, name)))
  for (const file of [...found, ...tensors.files]) {
    if (file === undefined) continue
    hash.update(`${file.name} ${file.bytes}\n`)
    await pipeline(createReadStream(file.path), hash, { end: false })
  }
  return `sha256-${hash.digest('hex').slice(0, 16)}`
}
