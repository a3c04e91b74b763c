import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../../src/base/artifact/safetensors.ts'
import { createRandom } from '../../../src/base/math/random.ts'

/** A small encoder with random weights. */
export type TinyModel = {
  readonly modelType: 'bert' | 'roberta' | 'xlm-roberta'
  readonly size?: number
  readonly layers?: number
  readonly heads?: number
  readonly inner?: number
  readonly vocabulary: number
  readonly positions?: number
  /** Adds the classifier of the family. */
  readonly labels?: number
  readonly seed?: number
  /** How far weights lie apart; 1 by default. */
  readonly scale?: number
}

export function tinyConfig(model: TinyModel): Record<string, unknown> {
  const { modelType, size = 16, layers = 2, heads = 2, inner = 32, vocabulary, positions = 40 } = model
  return {
    model_type: modelType,
    hidden_size: size,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: inner,
    vocab_size: vocabulary,
    max_position_embeddings: positions,
    type_vocab_size: modelType === 'bert' ? 2 : 1,
    hidden_act: 'gelu',
    layer_norm_eps: modelType === 'bert' ? 1e-12 : 1e-5,
    pad_token_id: modelType === 'bert' ? 0 : 1,
    ...(model.labels !== undefined && {
      id2label: Object.fromEntries(
        Array.from({ length: model.labels }, (_, label) => [label, `LABEL_${label}`]),
      ),
    }),
  }
}

/** Its tensors, named as transformers names them. */
export function tinyTensors(model: TinyModel): Map<string, Tensor> {
  const { size = 16, layers = 2, inner = 32, vocabulary, positions = 40, labels, scale = 1 } = model
  const random = createRandom(model.seed ?? 1)
  const tensors = new Map<string, Tensor>()
  const add = (name: string, shape: readonly number[], spread: number, centre = 0) => {
    const count = shape.reduce((product, length) => product * length, 1)
    const values = Float32Array.from({ length: count }, () => centre + spread * random.nextGaussian())
    tensors.set(name, float32Tensor(values, shape))
  }
  const linear = (prefix: string, outputs: number, inputs: number) => {
    add(`${prefix}.weight`, [outputs, inputs], scale / Math.sqrt(inputs))
    add(`${prefix}.bias`, [outputs], 0.1)
  }
  const norm = (prefix: string) => {
    add(`${prefix}.weight`, [size], 0.05, 1)
    add(`${prefix}.bias`, [size], 0.05)
  }
  const root = model.modelType === 'bert' ? 'bert.' : 'roberta.'
  add(`${root}embeddings.word_embeddings.weight`, [vocabulary, size], 1)
  add(`${root}embeddings.position_embeddings.weight`, [positions, size], 0.2)
  add(`${root}embeddings.token_type_embeddings.weight`, [model.modelType === 'bert' ? 2 : 1, size], 0.2)
  norm(`${root}embeddings.LayerNorm`)
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `${root}encoder.layer.${layer}`
    for (const name of ['query', 'key', 'value']) linear(`${prefix}.attention.self.${name}`, size, size)
    linear(`${prefix}.attention.output.dense`, size, size)
    norm(`${prefix}.attention.output.LayerNorm`)
    linear(`${prefix}.intermediate.dense`, inner, size)
    linear(`${prefix}.output.dense`, size, inner)
    norm(`${prefix}.output.LayerNorm`)
  }
  if (labels === undefined) return tensors
  if (model.modelType === 'bert') {
    linear('bert.pooler.dense', size, size)
    linear('classifier', labels, size)
  } else {
    linear('classifier.dense', size, size)
    linear('classifier.out_proj', labels, size)
  }
  return tensors
}

export type TinyFiles = Readonly<Record<string, unknown>>

/**
 * Writes a checkpoint folder in the hub's layout.
 *
 * @param files other files by name, as JSON; they go before the model's own.
 */
export async function writeCheckpoint(
  folder: string,
  model: TinyModel,
  tokenizer: object,
  files: TinyFiles = {},
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const all: TinyFiles = { 'config.json': tinyConfig(model), 'tokenizer.json': tokenizer, ...files }
  for (const [name, content] of Object.entries(all)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), JSON.stringify(content))
  }
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tinyTensors(model)))
  return folder
}
