import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type TinyModel,
  tinyConfig,
  tinyTensors,
  writeCheckpoint,
} from '../../../test/support/encoders/tiny-checkpoint.ts'
import {
  bytePairTokenizer,
  unigramTokenizer,
  wordPieceTokenizer,
} from '../../../test/support/encoders/tiny-tokenizer.ts'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { promptFromText } from '../prompts/routed-prompt.ts'
import { loadRouter } from '../routers/registry.ts'
import { isClosableRouter, type Router } from '../routers/router.ts'

const model: TinyModel = { modelType: 'bert', vocabulary: 8, labels: 3 }
const tokenizer = wordPieceTokenizer(['one', 'two', 'three', 'four'])
const opened: Router[] = []
let place = ''

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'hostile-'))
})
afterAll(async () => {
  for (const router of opened) if (isClosableRouter(router)) await router.close()
  await rm(place, { recursive: true })
})

/** Makes a sound checkpoint in a folder into a broken one. */
type Break = (folder: string) => Promise<unknown>
type Case = readonly [name: string, breakIt: Break, says: RegExp]

const weights =
  (content: Uint8Array | string): Break =>
  (folder) =>
    writeFile(join(folder, 'model.safetensors'), content)
const config =
  (change: object): Break =>
  (folder) =>
    writeFile(join(folder, 'config.json'), JSON.stringify({ ...tinyConfig(model), ...change }))
const json =
  (name: string, content: unknown): Break =>
  (folder) =>
    writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
const withoutWeights =
  (next: Break): Break =>
  async (folder) => {
    await rm(join(folder, 'model.safetensors'))
    await next(folder)
  }
const tensors =
  (change: (all: Map<string, Tensor>) => void): Break =>
  (folder) => {
    const all = tinyTensors(model)
    change(all)
    return weights(encodeSafetensors(all))(folder)
  }
/** A file of this header, whose prefix may claim another length. */
function headed(header: unknown, claimed?: bigint, dataBytes = 0): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const file = Buffer.alloc(8 + text.length + dataBytes)
  file.writeBigUInt64LE(claimed ?? BigInt(text.length))
  text.copy(file, 8)
  return file
}
const tensor = (more: object) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more })
/** A file that is large and takes no room. */
const sparse =
  (name: string, begin: Uint8Array, bytes: number): Break =>
  async (folder) => {
    const file = await open(join(folder, name), 'w')
    await file.write(begin)
    await file.truncate(bytes)
    await file.close()
  }
const query = 'bert.encoder.layer.0.attention.self.query.weight'

const brokenWeights: Case[] = [
  ['no bytes', weights(''), /it has 0 bytes, less than the 8 of its prefix/],
  ['seven bytes', weights('1234567'), /it has 7 bytes/],
  ['a header of 2⁶³ bytes', weights(headed({}, 2n ** 63n)), /header claims 9223372036854775808 bytes/],
  ['a header longer than the file', weights(headed({}, 1000n)), /header claims 1000 bytes, and 2 are there/],
  [
    'a header of 40 MB in a file of 50 MB',
    sparse('model.safetensors', headed('', 40_000_000n), 50_000_000),
    /header claims 40000000 bytes, more than 10000000/,
  ],
  ['a header that is no JSON', weights(headed('{"a":')), /its header is not JSON/],
  ['a header that is a list', weights(headed([])), /its header is not a JSON object/],
  [
    'a header that is no UTF-8',
    weights(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 255])),
    /its header is not JSON/,
  ],
  [
    'a header a hundred thousand levels deep',
    weights(headed(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)),
    /tensor a is described by/,
  ],
  [
    'tensors that overlap',
    weights(headed({ a: tensor({}), b: tensor({ data_offsets: [4, 12] }) }, undefined, 12)),
    /tensor b begins at 4, inside the one before it/,
  ],
  [
    'bytes that belong to none',
    weights(headed({ a: tensor({}), b: tensor({ data_offsets: [12, 20] }) }, undefined, 20)),
    /bytes 8 to 12 belong to no tensor/,
  ],
  [
    'a tensor beyond the end',
    weights(headed({ a: tensor({}) }, undefined, 4)),
    /ends at byte 8, but only 4 bytes/,
  ],
  [
    'a shape whose size is past all numbers',
    weights(headed({ a: tensor({ shape: [2 ** 53 - 1, 2 ** 53 - 1] }) }, undefined, 8)),
    /needs Infinity bytes, its data_offsets span 8/,
  ],
  [
    'a negative offset',
    weights(headed({ a: tensor({ data_offsets: [-8, 0] }) })),
    /has the data_offsets \[-8,0\]/,
  ],
  [
    'half an offset',
    weights(headed({ a: tensor({ data_offsets: [0, 7.5] }) })),
    /has the data_offsets \[0,7.5\]/,
  ],
  [
    'an offset that is text',
    weights(headed({ a: tensor({ data_offsets: ['0', '8'] }) })),
    /has the data_offsets/,
  ],
  [
    'an unknown type of number',
    weights(headed({ a: tensor({ dtype: 'F8_E4M3' }) })),
    /has dtype "F8_E4M3"; known are/,
  ],
  ['no tensors', weights(headed({})), /has no classifier, and/],
  ['a missing tensor', tensors((all) => all.delete(query)), new RegExp(`lack the tensor ${query}`)],
  [
    'a tensor of another shape',
    tensors((all) => all.set(query, float32Tensor(new Float32Array(16), [16]))),
    /has the shape \[16\], and config\.json asks for \[16, 16\]/,
  ],
  [
    'whole numbers for weights',
    tensors((all) => all.set(query, { dtype: 'I8', shape: [16, 16], bytes: new Uint8Array(256) })),
    /is stored as I8; F32, F16, BF16 are read/,
  ],
  [
    'weights that are not numbers',
    tensors((all) => all.set(query, float32Tensor(new Float32Array(256).fill(Number.NaN), [16, 16]))),
    /computed the logits NaN/,
  ],
]

const index = (map: unknown) => json('model.safetensors.index.json', { weight_map: map })
const shardName = 'model-00001-of-00001.safetensors'
const asShard: Break = (folder) => rename(join(folder, 'model.safetensors'), join(folder, shardName))

const brokenFiles: Case[] = [
  ['no weights', withoutWeights(async () => {}), /has neither model\.safetensors nor/],
  ['pickled weights', withoutWeights(json('pytorch_model.bin', 'pickle')), /pickled ones .* are not read/],
  [
    'an index that leads out',
    withoutWeights(index({ a: '../../secret.safetensors' })),
    /which is not the name of a \.safetensors file/,
  ],
  ['an index with an absolute path', withoutWeights(index({ a: '/etc/passwd' })), /which is not the name/],
  ['an index of a hidden file', withoutWeights(index({ a: '.safetensors' })), /which is not the name/],
  ['an index that names no file', withoutWeights(index({ a: 7 })), /puts the tensor a into 7/],
  [
    'an index without a map',
    withoutWeights(json('model.safetensors.index.json', {})),
    /no object "weight_map"/,
  ],
  ['an empty index', withoutWeights(index({})), /names 0 files/],
  [
    'a lost shard',
    withoutWeights(index({ a: 'model-1.safetensors' })),
    /model-1\.safetensors, which is not there/,
  ],
  [
    'a shard with tensors of another',
    async (folder) => {
      await asShard(folder)
      await index({ [query]: shardName })(folder)
    },
    /holds the tensor .*, which model\.safetensors\.index\.json puts into no file/,
  ],
  [
    'a link to a file elsewhere',
    async (folder) => {
      await rename(join(folder, 'model.safetensors'), `${folder}-elsewhere`)
      await symlink(`${folder}-elsewhere`, join(folder, 'model.safetensors'))
    },
    /is a link to .*-elsewhere, outside of that folder/,
  ],
  [
    'a link to itself',
    withoutWeights((folder) => symlink('model.safetensors', join(folder, 'model.safetensors'))),
    /cannot be opened/,
  ],
  [
    'a folder for a file',
    withoutWeights((folder) => mkdir(join(folder, 'model.safetensors'))),
    /is not a regular file/,
  ],
  [
    'a pipe that nobody writes to',
    withoutWeights(async (folder) => execFileSync('mkfifo', [join(folder, 'model.safetensors')])),
    /is not a regular file/,
  ],
]

const brokenConfigs: Case[] = [
  ['no config', (folder) => rm(join(folder, 'config.json')), /has no config\.json|holds/],
  ['a config that is no JSON', json('config.json', '{'), /config\.json is not JSON/],
  ['a config of 2 MB', json('config.json', ' '.repeat(2_000_000)), /no checkpoint needs more than/],
  ['no model type', config({ model_type: undefined }), /is of no model_type, and bert, roberta, xlm-roberta/],
  ['a model type from the prototype', config({ model_type: 'constructor' }), /"constructor", and bert/],
  [
    'an unsupported model',
    config({ model_type: 'distilbert' }),
    /"distilbert", and bert, roberta, xlm-roberta are supported/,
  ],
  [
    'heads that do not divide',
    config({ num_attention_heads: 3 }),
    /num_attention_heads: must divide hidden_size/,
  ],
  ['a million layers', config({ num_hidden_layers: 1_000_000 }), /num_hidden_layers/],
  ['a vector of a billion numbers', config({ hidden_size: 1e9 }), /hidden_size/],
  ['half a layer', config({ num_hidden_layers: 1.5 }), /num_hidden_layers/],
  ['another table than its weights', config({ vocab_size: 9 }), /asks for \[9, 16\]/],
  ['relative positions', config({ position_embedding_type: 'relative_key' }), /position_embedding_type/],
  ['an unknown activation', config({ hidden_act: 'swiglu' }), /hidden_act/],
  ['a decoder', config({ is_decoder: true }), /is_decoder/],
]

const file = (change: object) => json('tokenizer.json', { ...tokenizer, ...change })
const tokenizerModel = (change: object) => file({ model: { ...tokenizer.model, ...change } })
const replace = (content: string) => ({ type: 'Replace', pattern: { String: 'o' }, content })

const brokenTokenizers: Case[] = [
  ['no tokenizer', (folder) => rm(join(folder, 'tokenizer.json')), /tokenizer\.json is missing/],
  ['a tokenizer that is no JSON', json('tokenizer.json', 'null,'), /tokenizer\.json is not JSON/],
  ['a tokenizer that is null', json('tokenizer.json', null), /tokenizer\.json is not as it must be/],
  ['a tokenizer of 70 MB', sparse('tokenizer.json', new Uint8Array(), 70_000_000), /more than 64000000/],
  ['words without pieces', tokenizerModel({ type: 'WordLevel' }), /model\.type/],
  ['no vocabulary', tokenizerModel({ vocab: undefined }), /model\.vocab/],
  ['a number below zero', tokenizerModel({ vocab: { one: -1 } }), /model\.vocab/],
  [
    "another model's tokenizer",
    tokenizerModel({ vocab: { ...tokenizer.model.vocab, five: 8 } }),
    /has the token 8, and the model .* knows 0 to 7/,
  ],
  [
    "another model's special token",
    file({ added_tokens: [{ id: 30_000, content: '[X]' }] }),
    /has the token 30000/,
  ],
  ['no list of added tokens', file({ added_tokens: undefined }), /added_tokens/],
  ['an unknown normalizer', file({ normalizer: { type: 'Rot13' } }), /Unknown Normalizer type: Rot13/],
  [
    'an unknown pre-tokenizer',
    file({ pre_tokenizer: { type: 'Ouija' } }),
    /Unknown PreTokenizer type: Ouija/,
  ],
  [
    'an unknown post-processor',
    file({ post_processor: { type: 'Void' } }),
    /Unknown PostProcessor type: Void/,
  ],
  [
    'a pattern that is none',
    file({ normalizer: { type: 'Replace', pattern: { Regex: '(' }, content: '' } }),
    /cannot be used/,
  ],
  [
    'normalizers that multiply a text',
    file({
      normalizer: { type: 'Sequence', normalizers: [replace('o'.repeat(40)), replace('o'.repeat(40))] },
    }),
    /may make a text 1681 times as long, more than 256/,
  ],
  [
    'no unknown token',
    tokenizerModel({ unk_token: '[GONE]' }),
    /gave the token (undefined|null)|special tokens/,
  ],
  [
    'no merges',
    json('tokenizer.json', { ...bytePairTokenizer('abc', []), model: { type: 'BPE', vocab: { a: 0 } } }),
    /cannot be used/,
  ],
  [
    'scores for a table',
    json('tokenizer.json', {
      ...unigramTokenizer([]),
      model: { type: 'Unigram', unk_id: 3, vocab: { a: 1 } },
    }),
    /cannot be used/,
  ],
  [
    'a limit without room',
    json('tokenizer_config.json', { model_max_length: 2 }),
    /a maximum of 2 tokens leaves no room/,
  ],
  ['a limit below one', json('tokenizer_config.json', { model_max_length: 0 }), /model_max_length/],
]

describe.each([
  ['weights', brokenWeights],
  ['files', brokenFiles],
  ['configurations', brokenConfigs],
  ['tokenizers', brokenTokenizers],
] as const)('broken %s', (kind, cases) => {
  it.each(cases)('%s', async (name, breakIt, says) => {
    const folder = await writeCheckpoint(
      join(place, `${kind} ${name}`.replaceAll(/\W/g, '-')),
      model,
      tokenizer,
    )
    await breakIt(folder)
    const before = process.memoryUsage()
    const scored = async () => {
      const router = await loadRouter(
        { name: 'bert', kind: 'bert', checkpoint: folder },
        { embedderOptions: {}, hub: {} },
      )
      opened.push(router)
      return router.strongWinRate(promptFromText('one zebra'))
    }
    const error = await scored().then(
      (winRate) => new Error(`it was scored: ${winRate}`),
      (reason: Error) => reason,
    )
    expect(error.message).toMatch(says)
    expect(error.name).toMatch(/^(ArtifactError|RouterError)$/)
    // A person reads it: it names the file or the router, and is no dump.
    expect(error.message).toMatch(name === 'weights that are not numbers' ? /Router bert/ : /hostile-/)
    expect(error.message.length).toBeLessThan(700)
    const after = process.memoryUsage()
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(
      100_000_000,
    )
  })
})

it('the checkpoint that all of these break is sound', async () => {
  const folder = await writeCheckpoint(join(place, 'sound'), model, tokenizer)
  const router = await loadRouter(
    { name: 'bert', kind: 'bert', checkpoint: folder },
    { embedderOptions: {}, hub: {} },
  )
  opened.push(router)
  expect(await router.strongWinRate(promptFromText('one zebra'))).toBeGreaterThan(0)
})
