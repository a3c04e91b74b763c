import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TinyModel, writeCheckpoint } from '../../../../test/support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../../../test/support/encoders/tiny-tokenizer.ts'
import { dot } from '../../../base/math/linear/vectors.ts'
import type { ClosableEmbedder } from '../embedder.ts'
import { loadOnnxEmbedder } from './embedder.ts'

const golden = (name: string) =>
  fileURLToPath(new URL(`../../../../test/golden/bert-embedder-tiny/${name}`, import.meta.url))
const words = 'one two three four query : passage'.split(' ')
const model: TinyModel = { modelType: 'bert', vocabulary: 4 + words.length }
const opened: ClosableEmbedder[] = []
let place = ''

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'onnx-embedder-'))
})

afterAll(async () => {
  await Promise.all(opened.map((embedder) => embedder.close()))
  await rm(place, { recursive: true })
})

async function open(name: string): Promise<ClosableEmbedder> {
  const embedder = await loadOnnxEmbedder(name, { inference: { cacheFolder: join(place, 'cache') } })
  opened.push(embedder)
  return embedder
}

let folders = 0
const modules = (...kinds: string[]) =>
  kinds.map((kind, index) => ({
    idx: index,
    name: String(index),
    path: index === 0 ? '' : `${index}_${kind}`,
    type: `sentence_transformers.models.${kind}`,
  }))

/** A small checkpoint as sentence-transformers lays it out. */
function write(files: Record<string, unknown> = {}, name = `model-${folders++}`): Promise<string> {
  return writeCheckpoint(join(place, name), model, wordPieceTokenizer(words), files)
}

const pooled = (mode: string, ...more: string[]) => ({
  'modules.json': modules('Transformer', 'Pooling', ...more),
  '1_Pooling/config.json': {
    word_embedding_dimension: 16,
    pooling_mode_cls_token: false,
    pooling_mode_mean_tokens: false,
    [mode]: true,
  },
})

describe('the golden checkpoint', async () => {
  const { cases } = JSON.parse(await readFile(golden('cases.json'), 'utf8'))

  /** Its tokens 1 and 2 begin and end a sequence; the word w29 is the number 29. */
  async function folderOf(files: Record<string, unknown>): Promise<string> {
    const folder = join(place, `golden-${folders++}`)
    await cp(golden('.'), folder, { recursive: true })
    const tokenizer = wordPieceTokenizer(Array.from({ length: 96 }, (_, index) => `w${index + 4}`))
    const [pad = '', begin = '', end = '', unknown = ''] = Object.keys(tokenizer.model.vocab)
    const special = (content: string, id: number) => ({ ...tokenizer.added_tokens[0], content, id })
    const all: Record<string, unknown> = {
      ...files,
      'tokenizer.json': {
        ...tokenizer,
        added_tokens: [special(pad, 0), special(begin, 1), special(end, 2)],
        model: { ...tokenizer.model, unk_token: unknown },
        post_processor: { type: 'BertProcessing', cls: [begin, 1], sep: [end, 2] },
      },
    }
    for (const [name, content] of Object.entries(all)) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await writeFile(join(folder, name), JSON.stringify(content))
    }
    return folder
  }

  it.each([
    ['mean_pooled_normalized', {}],
    ['mean_pooled_normalized', pooled('pooling_mode_mean_tokens', 'Normalize')],
    ['cls_normalized', pooled('pooling_mode_cls_token', 'Normalize')],
  ])('has the %s vectors of the reference, alone and together', async (key, files) => {
    const embedder = await open(await folderOf(files))
    expect(embedder.dimensions).toBe(24)
    const texts = cases.map(({ input_ids }: { input_ids: number[] }) =>
      input_ids
        .slice(1, -1)
        .map((id) => `w${id}`)
        .join(' '),
    )
    const together = await embedder.embed(texts)
    for (const [index, one] of cases.entries()) {
      const [alone] = await embedder.embed([texts[index]])
      for (const [column, expected] of one[key].entries()) {
        expect(Math.abs((alone?.[column] ?? Number.NaN) - expected)).toBeLessThan(1e-4)
        expect(Math.abs((together[index]?.[column] ?? Number.NaN) - expected)).toBeLessThan(1e-4)
      }
    }
  })
})

describe('the vector', () => {
  it.each([
    ['pooling_mode_mean_tokens', ['Normalize']],
    ['pooling_mode_cls_token', []],
    ['pooling_mode_max_tokens', ['Normalize']],
    ['pooling_mode_mean_sqrt_len_tokens', []],
  ])('%s is %s normalised where the modules say so', async (mode, more) => {
    const embedder = await open(await write(pooled(mode, ...more)))
    const [vector] = await embedder.embed(['one two'])
    const length = Math.sqrt(dot(vector!, vector!))
    if (more.length > 0) expect(length).toBeCloseTo(1, 5)
    else expect(Math.abs(length - 1)).toBeGreaterThan(0.1)
  })

  it('by the root of the length is the mean times that root', async () => {
    const [mean] = await (await open(await write(pooled('pooling_mode_mean_tokens')))).embed(['one two'])
    const [root] = await (await open(await write(pooled('pooling_mode_mean_sqrt_len_tokens')))).embed([
      'one two',
    ])
    // Two words and two special tokens.
    for (const [column, number] of mean!.entries()) expect(root![column]).toBeCloseTo(number * 2, 5)
  })

  it('is the same beside other texts, and in 8 bits nearly', async () => {
    const folder = await write()
    const [exact, small] = [await open(folder), await open(`${folder}#int8`)]
    const texts = ['one', 'two three four one two three four one', 'four', '']
    const [vectors, rounded] = [await exact.embed(texts), await small.embed(texts)]
    for (const [index, text] of texts.entries()) {
      expect(1 - dot(vectors[index]!, (await exact.embed([text]))[0]!)).toBeLessThan(1e-6)
      expect(1 - dot(vectors[index]!, rounded[index]!)).toBeLessThan(0.002)
    }
    expect(small.id).toBe(`${exact.id}#int8v2`)
    expect((await open(small.id.slice('onnx:'.length))).id).toBe(small.id)
  })

  it('is of the beginning where sentence_bert_config.json says how much is read', async () => {
    const embedder = await open(await write({ 'sentence_bert_config.json': { max_seq_length: 4 } }))
    expect(await embedder.embed(['one two three'])).toEqual(await embedder.embed(['one two four']))
  })
})

describe('an encoder of its first layers', () => {
  const tokenizer = wordPieceTokenizer(words)
  const texts = ['one two three', 'four', '', 'two four one '.repeat(9)]
  const layered = (layers: number, modelType: TinyModel['modelType'] = 'bert') =>
    writeCheckpoint(join(place, `model-${folders++}`), { ...model, modelType, layers }, tokenizer)

  it.each(['bert', 'roberta'] as const)(
    'of the type %s has the vectors of a checkpoint that was cut',
    async (modelType) => {
      const [whole, cut] = [await layered(4, modelType), await layered(2, modelType)]
      const [vectors, expected] = [await open(`${whole}#layers=2`), await open(cut)]
      expect(await vectors.embed(texts)).toEqual(await expected.embed(texts))
      const all = await (await open(whole)).embed(texts)
      expect(await (await open(`${whole}#layers=4`)).embed(texts)).toEqual(all)
      expect(dot(all[0]!, (await vectors.embed(texts))[0]!)).toBeLessThan(0.99)
    },
  )

  it('does not read the layers after them', async () => {
    const [whole, cut] = [await layered(3), await layered(2)]
    await cp(join(cut, 'model.safetensors'), join(whole, 'model.safetensors'))
    expect(await (await open(`${whole}#layers=2`)).embed(texts)).toEqual(await (await open(cut)).embed(texts))
    await expect(open(whole)).rejects.toMatchObject({ code: 'checkpoint-unfit' })
  })

  it('has an id that says how many, beside what else vectors depend on', async () => {
    const whole = await layered(4)
    const { id } = await open(whole)
    const rounded = await open(`${whole}#prompt=query,layers=2,int8`)
    expect(rounded.id).toBe(`${id}#int8v2,layers=2,prompt=query`)
    expect((await open(rounded.id.slice('onnx:'.length))).id).toBe(rounded.id)
    // In the cache, the 8-bit weights of one count are not those of another.
    const [one, two] = [await open(`${whole}#int8,layers=1`), await open(`${whole}#int8,layers=2`)]
    const exact = await (await open(`${whole}#layers=1`)).embed(texts)
    const [first, second] = [await one.embed(texts), await two.embed(texts)]
    for (const [index, vector] of exact.entries()) {
      expect(1 - dot(vector, first[index]!)).toBeLessThan(0.002)
      expect(dot(vector, second[index]!)).toBeLessThan(dot(vector, first[index]!))
    }
  })

  it('must have them', async () => {
    await expect(open(`${await layered(2)}#layers=3`)).rejects.toMatchObject({
      code: 'too-many-layers',
      message: expect.stringMatching(/of 2 layers, and 3 are asked for\. Ask for 1 to 2/),
    })
  })
})

describe('pooled by ends', () => {
  it('is the mean of all tokens, of the first eleven, of the last nine, and the first token, each of unit length', async () => {
    const folder = await write(pooled('pooling_mode_mean_tokens', 'Normalize'))
    const [ends, mean] = [await open(`${folder}#pool=ends`), await open(folder)]
    const first = await open(await write(pooled('pooling_mode_cls_token', 'Normalize')))
    expect(ends.dimensions).toBe(4 * mean.dimensions)
    expect(ends.id).toBe(`${mean.id}#pool=ends`)
    const part = (vector: Float32Array, index: number) => vector.slice(index * 16, (index + 1) * 16)
    for (const text of ['', 'one two', 'one two three four '.repeat(7)]) {
      const [vector] = await ends.embed([text])
      const [expected] = await mean.embed([text])
      expect(part(vector!, 0)).toEqual(expected)
      expect(part(vector!, 3)).toEqual((await first.embed([text]))[0])
      for (const index of [0, 1, 2, 3])
        expect(dot(part(vector!, index), part(vector!, index))).toBeCloseTo(1, 5)
    }
    // Nine tokens or fewer belong to both ends: the three means are one.
    const [short] = await ends.embed(['one two'])
    expect(part(short!, 1)).toEqual(part(short!, 0))
    expect(part(short!, 2)).toEqual(part(short!, 0))
  })

  it('does not change beside longer texts', async () => {
    const ends = await open(`${await write()}#pool=ends`)
    const texts = ['one', 'two three four one two three four one', 'three '.repeat(30)]
    const together = await ends.embed(texts)
    for (const [index, text] of texts.entries())
      expect(1 - dot(together[index]!, (await ends.embed([text]))[0]!) / 4).toBeLessThan(1e-6)
  })
})

describe('a window of tokens', () => {
  it('reads the first and the last of a longer text, of a megabyte too', async () => {
    const folder = await write()
    const [window, plain] = [await open(`${folder}#tokens=6+5`), await open(folder)]
    expect(window.id).toBe(`${plain.id}#tokens=6+5`)
    // Five words and the special token before them, four words and the one after them.
    const expected = await plain.embed(['one two three four one four three two one'])
    for (const middle of ['two', 'two '.repeat(20), 'three '.repeat(200_000)])
      expect(await window.embed([`one two three four one ${middle} four three two one`])).toEqual(expected)
    const whole = 'one two three four one two three'
    expect(await window.embed([whole])).toEqual(await plain.embed([whole]))
  })

  it.each(['3+8', '8+3', '30+11'])('tokens=%s is refused', async (window) => {
    await expect(open(`${await write()}#tokens=${window}`)).rejects.toMatchObject({
      code: 'bad-token-window',
      message: expect.stringContaining('at least 4 of each end and 40 together'),
    })
  })
})

describe('a prompt', () => {
  const prompts = { prompts: { query: 'query: ', passage: 'passage: ' }, default_prompt_name: 'passage' }
  it('is the one that is asked for, else the default of the checkpoint', async () => {
    const plain = await open(await write())
    const folder = await write({ 'config_sentence_transformers.json': prompts })
    const [asked, usual] = [await open(`${folder}#prompt=query`), await open(folder)]
    expect(await asked.embed(['one'])).toEqual(await plain.embed(['query: one']))
    expect(await usual.embed(['one'])).toEqual(await plain.embed(['passage: one']))
    expect(asked.id).toMatch(/#prompt=query$/)
    expect(usual.id).toMatch(/#prompt=passage$/)
  })

  it('is query for a model that is called e5 and says nothing', async () => {
    const plain = await open(await write())
    const e5 = await open(await write({}, 'multilingual-e5-small'))
    expect(await e5.embed(['one'])).toEqual(await plain.embed(['query: one']))
    expect(e5.id).toMatch(/#prompt=query$/)
  })

  it('must be one that there is', async () => {
    const folder = await write({ 'config_sentence_transformers.json': prompts })
    await expect(open(`${folder}#prompt=title`)).rejects.toMatchObject({
      code: 'unknown-prompt',
      message: expect.stringContaining('it has query, passage'),
    })
  })
})

describe('the id', () => {
  it('names what the files hold, and finds them again only unchanged', async () => {
    const folder = await write()
    const { id } = await open(folder)
    expect(id).toMatch(/^onnx:.*@sha256-[0-9a-f]{16}$/)
    expect((await open(id.slice('onnx:'.length))).id).toBe(id)
    await writeFile(join(folder, 'modules.json'), JSON.stringify(modules('Transformer', 'Pooling')))
    await mkdir(join(folder, '1_Pooling'))
    await writeFile(join(folder, '1_Pooling/config.json'), '{"pooling_mode_cls_token":true}')
    await expect(open(id.slice('onnx:'.length))).rejects.toMatchObject({ code: 'embedder-mismatch' })
    expect((await open(folder)).id).not.toBe(id)
  })
})

it.each([
  ['', 'names no folder'],
  ['x#int4', '"int4" is none of int8, layers=<count>, pool=ends,'],
  ...['0', '-1', '1.5', '', '04', '10000', 'all', '2+4'].map((count): [string, string] => [
    `x#layers=${count}`,
    `"layers=${count}" is none of`,
  ]),
])('onnx:%s is refused', async (name, says) => {
  await expect(open(name)).rejects.toMatchObject({
    code: 'unknown-embedder',
    message: expect.stringContaining(says),
  })
})

it.each([
  [
    'Dense',
    { 'modules.json': modules('Transformer', 'Pooling', 'Dense', 'Normalize') },
    'Transformer, Pooling, Dense, Normalize',
  ],
  ['two poolings', pooled('pooling_mode_cls_token'), 'pooling_mode_cls_token and pooling_mode_max_tokens'],
  ['lasttoken', pooled('pooling_mode_lasttoken'), 'asks for pooling_mode_lasttoken'],
  [
    'no pooling',
    { 'modules.json': modules('Transformer', 'Pooling'), '1_Pooling/config.json': {} },
    'asks for no pooling mode',
  ],
  [
    'a lost pooling',
    { 'modules.json': modules('Transformer', 'Pooling') },
    '1_Pooling/config.json is missing',
  ],
  [
    'a transformer elsewhere',
    {
      'modules.json': [
        { type: 'x.Transformer', path: '0_T' },
        { type: 'x.Pooling', path: '1_Pooling' },
      ],
    },
    '"0_T"',
  ],
])('%s is refused by name', async (what, files, says) => {
  const folder = await write(files)
  if (what === 'two poolings')
    await writeFile(
      join(folder, '1_Pooling/config.json'),
      '{"pooling_mode_cls_token":true,"pooling_mode_max_tokens":true}',
    )
  await expect(open(folder)).rejects.toThrow(says)
})
