// A checkpoint folder with random weights of a given size, in the hub's layout, and a tokenizer whose words w0, w1, …
// are one token each. Weights are written tensor by tensor, so that gigabytes need no memory.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom } from '../../dist/base/math/random.js'

export const sizes = {
  'XLM-RoBERTa base (12 × 768)': {
    model_type: 'xlm-roberta',
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    vocab_size: 250_002,
    max_position_embeddings: 514,
    type_vocab_size: 1,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-5,
    pad_token_id: 1,
  },
  'MiniLM (6 × 384)': {
    model_type: 'bert',
    hidden_size: 384,
    num_hidden_layers: 6,
    num_attention_heads: 12,
    intermediate_size: 1536,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
  },
}

export function writeRandomEncoder(folder, config) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerOf(config)))
  const tensors = tensorsOf(config)
  const header = {}
  let end = 0
  for (const { name, shape } of tensors) {
    const bytes = 4 * shape.reduce((product, length) => product * length, 1)
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + bytes] }
    end += bytes
  }
  const json = Buffer.from(JSON.stringify(header))
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(json.length))
  const file = openSync(join(folder, 'model.safetensors'), 'w')
  writeSync(file, prefix)
  writeSync(file, json)
  const random = createRandom(1)
  for (const { shape, spread, centre } of tensors) {
    let rest = shape.reduce((product, length) => product * length, 1)
    while (rest > 0) {
      const piece = new Float32Array(Math.min(rest, 1 << 20))
      // Uniform numbers: quicker to draw than normal ones, and the time does not depend on them.
      for (let i = 0; i < piece.length; i++) piece[i] = centre + spread * (random.next() * 2 - 1)
      writeSync(file, Buffer.from(piece.buffer))
      rest -= piece.length
    }
  }
  closeSync(file)
}

/** A text of so many tokens, the two special ones included. */
export function textOf(tokens, seed) {
  return Array.from({ length: tokens - 2 }, (_, index) => `w${(seed * 7919 + index * 131) % 5000}`).join(' ')
}

/** Multiplications and additions of one sequence, in units of 10⁹; the classifier is left out. */
export function gigaflop({ hidden_size: size, intermediate_size: inner, num_hidden_layers: layers }, tokens) {
  const matrices = 2 * tokens * (4 * size * size + 2 * size * inner)
  const attention = 4 * tokens * tokens * size
  return (layers * (matrices + attention)) / 1e9
}

function tensorsOf(config) {
  const { hidden_size: size, intermediate_size: inner, num_hidden_layers: layers } = config
  const isBert = config.model_type === 'bert'
  const root = isBert ? 'bert.' : 'roberta.'
  const tensors = []
  const add = (name, shape, spread, centre = 0) => tensors.push({ name, shape, spread, centre })
  const linear = (prefix, outputs, inputs) => {
    add(`${prefix}.weight`, [outputs, inputs], 1.7 / Math.sqrt(inputs))
    add(`${prefix}.bias`, [outputs], 0.1)
  }
  const norm = (prefix) => {
    add(`${prefix}.weight`, [size], 0.1, 1)
    add(`${prefix}.bias`, [size], 0.1)
  }
  add(`${root}embeddings.word_embeddings.weight`, [config.vocab_size, size], 1)
  add(`${root}embeddings.position_embeddings.weight`, [config.max_position_embeddings, size], 0.2)
  add(`${root}embeddings.token_type_embeddings.weight`, [config.type_vocab_size, size], 0.2)
  norm(`${root}embeddings.LayerNorm`)
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `${root}encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) linear(`${prefix}.attention.self.${part}`, size, size)
    linear(`${prefix}.attention.output.dense`, size, size)
    norm(`${prefix}.attention.output.LayerNorm`)
    linear(`${prefix}.intermediate.dense`, inner, size)
    linear(`${prefix}.output.dense`, size, inner)
    norm(`${prefix}.output.LayerNorm`)
  }
  const [hidden, output] = isBert
    ? ['bert.pooler.dense', 'classifier']
    : ['classifier.dense', 'classifier.out_proj']
  linear(hidden, size, size)
  linear(output, 3, size)
  return tensors
}

/** As large as the model's real one: WordPiece for BERT, Unigram for XLM-RoBERTa. */
function tokenizerOf({ model_type: type, vocab_size: count }) {
  const specials = type === 'bert' ? ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] : ['<s>', '<pad>', '</s>', '<unk>']
  const [begin, end] = type === 'bert' ? [2, 3] : [0, 2]
  const token = (id) => ({ id: specials[id], ids: [id], tokens: [specials[id]] })
  const special = (id) => ({ SpecialToken: { id: specials[id], type_id: 0 } })
  const words = Array.from({ length: count - specials.length }, (_, index) => `w${index}`)
  return {
    version: '1.0',
    added_tokens: specials.map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: type === 'bert' ? { type: 'BertNormalizer', lowercase: true } : { type: 'Precompiled' },
    pre_tokenizer:
      type === 'bert'
        ? { type: 'BertPreTokenizer' }
        : {
            type: 'Sequence',
            pretokenizers: [
              { type: 'WhitespaceSplit' },
              { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
            ],
          },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special(begin), { Sequence: { id: 'A', type_id: 0 } }, special(end)],
      pair: [],
      special_tokens: { [specials[begin]]: token(begin), [specials[end]]: token(end) },
    },
    decoder: null,
    model:
      type === 'bert'
        ? {
            type: 'WordPiece',
            unk_token: '[UNK]',
            continuing_subword_prefix: '##',
            vocab: Object.fromEntries([...specials, ...words].map((piece, id) => [piece, id])),
          }
        : {
            type: 'Unigram',
            unk_id: 3,
            vocab: [...specials.map((piece) => [piece, 0]), ...words.map((word) => [`▁${word}`, -10])],
          },
  }
}
