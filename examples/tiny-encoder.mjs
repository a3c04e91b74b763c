// Writes a BERT of one layer with random weights, in the hub's layout: enough to try the commands for encoders without
// a download. Its vectors mean little.
//   node examples/tiny-encoder.mjs <folder>
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
if (folder === undefined) throw new Error('name a folder to write: node examples/tiny-encoder.mjs my-encoder')
const [size, inner, positions] = [32, 64, 128]
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,?!:;\'"()+-*/=']
const pieces = [...specials, ...letters, ...letters.map((letter) => `##${letter}`)]

const shapes = {
  'embeddings.word_embeddings.weight': [pieces.length, size],
  'embeddings.position_embeddings.weight': [positions, size],
  'embeddings.token_type_embeddings.weight': [2, size],
  ...norm('embeddings.LayerNorm'),
  ...linear('encoder.layer.0.attention.self.query', size, size),
  ...linear('encoder.layer.0.attention.self.key', size, size),
  ...linear('encoder.layer.0.attention.self.value', size, size),
  ...linear('encoder.layer.0.attention.output.dense', size, size),
  ...norm('encoder.layer.0.attention.output.LayerNorm'),
  ...linear('encoder.layer.0.intermediate.dense', inner, size),
  ...linear('encoder.layer.0.output.dense', size, inner),
  ...norm('encoder.layer.0.output.LayerNorm'),
}

mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'model.safetensors'), safetensors(shapes))
write('config.json', {
  model_type: 'bert',
  hidden_size: size,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  intermediate_size: inner,
  vocab_size: pieces.length,
  max_position_embeddings: positions,
})
write('tokenizer.json', {
  version: '1.0',
  added_tokens: specials.map((content, id) => ({ id, content, special: true, normalized: false })),
  normalizer: { type: 'BertNormalizer', lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', cls: ['[CLS]', 2], sep: ['[SEP]', 3] },
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
  },
})

function linear(name, outputs, inputs) {
  return { [`${name}.weight`]: [outputs, inputs], [`${name}.bias`]: [outputs] }
}

function norm(name) {
  return { [`${name}.weight`]: [size], [`${name}.bias`]: [size] }
}

function write(name, value) {
  writeFileSync(join(folder, name), JSON.stringify(value))
}

/** The format: length of the header, the header, and the numbers. */
function safetensors(tensors) {
  const header = {}
  const numbers = []
  for (const [name, shape] of Object.entries(tensors)) {
    const begin = 4 * numbers.length
    const isScale = name.endsWith('LayerNorm.weight')
    const count = shape.reduce((product, length) => product * length, 1)
    for (let index = 0; index < count; index++) numbers.push(isScale ? 1 : draw() / Math.sqrt(size))
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, 4 * numbers.length] }
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.from(Float32Array.from(numbers).buffer)])
}

/** −1.7 … 1.7, always the same sequence. */
function draw() {
  draw.state = (Math.imul(draw.state ?? 1, 1_664_525) + 1_013_904_223) >>> 0
  return (draw.state / 2 ** 31 - 1) * 1.7
}
