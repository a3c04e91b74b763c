import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../src/base/artifact/builtin-folder.ts'
import { loadRouterArtifact } from '../../src/base/artifact/load.ts'
import { createRandom, type Random } from '../../src/base/math/random.ts'
import { readAskedFile } from '../../src/routing/embedding/builtin/asked/asked-file.ts'
import { loadBuiltinEmbedder } from '../../src/routing/embedding/builtin/embedder.ts'
import { promptFromText, type RoutedPrompt } from '../../src/routing/prompts/routed-prompt.ts'
import { createMatrixFactorizationRouter } from '../../src/routing/routers/mf/router.ts'
import { weightsOfArtifact } from '../../src/routing/routers/mf/weights.ts'
import { readEverydayCorpus } from '../everyday/corpus.ts'
import { isPermitted } from './data/permitted-data.ts'
import { pairsFile, poolFile } from './data/training-rows.ts'
import { recipes } from './recipes.ts'
import { trainBuiltin } from './train.ts'

const topics = ['force charge field', 'contract statute seller', 'enzyme cell protein', 'price demand market']

/** Questions with more numbers are won by the strong model more often; idle words make some of them longer. */
function corpus(): { pool: object[]; pairs: object[] } {
  const random = createRandom(5)
  const pool: object[] = []
  const pairs: object[] = []
  for (const dataset of ['mmlu_pro', 'svamp', 'cruxeval-o']) {
    for (let row = 0; row < 120; row++) {
      const steps = 1 + random.nextInt(8)
      const questions = Array.from(
        { length: steps },
        () => `Find ${topics[random.nextInt(4)]} number ${random.nextInt(1000)} ${rareWord(random)}.`,
      )
      const prompt = `${'indeed '.repeat(random.nextInt(200))}${questions.join(' ')}`
      const strong = random.next() < 0.95 ? 1 : 0
      const weak = random.next() < 0.9 - steps / 12 ? 1 : 0
      pool.push({ prompt, dataset, source: 'lab', category: null, scores: { strong, weak } })
      pairs.push({ prompt, dataset, tier: 'A', strong: 'gpt-4', score_strong: strong, score_weak: weak })
    }
  }
  const secret = 'confidential zyzzyva zyzzyva zyzzyva'
  for (const dataset of ['alpaca_eval', 'cmmlu', 'never heard of']) {
    for (let row = 0; row < 5; row++)
      pool.push({ prompt: `${secret} ${row}`, dataset, source: 'lab', category: null, scores: {} })
    pairs.push({ prompt: secret, dataset, tier: 'A', strong: 'gpt-4', score_strong: 1, score_weak: 0 })
  }
  pairs.push({
    prompt: secret,
    dataset: 'mmlu_pro',
    tier: 'D',
    strong: 'llama',
    score_strong: 1,
    score_weak: 0,
  })
  return { pool, pairs }
}

/** One of 200 words, so that there are more words than dimensions and the seed has a say in the word vectors. */
function rareWord(random: Random): string {
  const letter = (index: number) => String.fromCharCode(97 + index)
  return `rare${letter(random.nextInt(20))}${letter(random.nextInt(10))}`
}

describe('training the built-in artifact', () => {
  let folder = ''
  const output = (name: string) => join(folder, name)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'train-builtin-'))
    const { pool, pairs } = corpus()
    const jsonLines = (rows: object[]) => gzipSync(rows.map((row) => JSON.stringify(row)).join('\n'))
    await writeFile(join(folder, poolFile), jsonLines(pool))
    await writeFile(join(folder, pairsFile), jsonLines(pairs))
    // Two that learn nothing and two that do: the whole list takes its time.
    const fewRecipes = [...recipes.slice(0, 2), ...recipes.slice(-2)]
    const { clusters } = await readAskedFile(builtinArtifactFolder())
    const train = async (name: string, seed: number) =>
      trainBuiltin({
        data: folder,
        output: output(name),
        seed,
        recipes: fewRecipes,
        clusters,
        everyday: (await readEverydayCorpus()).filter((_, row) => row % 40 === 0),
      })
    for (const name of ['one', 'two']) await train(name, 7)
    await train('other-seed', 8)
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('gives the same bytes for the same data and seed', async () => {
    const files = await readdir(output('one'))
    expect(files.sort()).toEqual([
      'DATA_CARD.md',
      'asked.safetensors',
      'embedder.safetensors',
      'pieces.safetensors',
      'router.json',
      'weights.safetensors',
    ])
    for (const file of files) {
      const [one, two] = [
        await readFile(join(output('one'), file)),
        await readFile(join(output('two'), file)),
      ]
      expect(Buffer.compare(one, two), file).toBe(0)
    }
  })

  it('depends on the seed', async () => {
    const [one, other] = [output('one'), output('other-seed')]
    const embedders = await Promise.all(
      [one, other].map((name) => readFile(join(name, 'embedder.safetensors'))),
    )
    // No random number enters the embedder.
    expect(Buffer.compare(embedders[0]!, embedders[1]!)).toBe(0)
    const artifacts = await Promise.all([one, other].map(loadRouterArtifact))
    expect(artifacts[0]!.manifest.metrics).not.toEqual(artifacts[1]!.manifest.metrics)
  })

  it('uses permitted rows of the pair only, and says what it left out', async () => {
    const { manifest } = await loadRouterArtifact(output('one'))
    expect(manifest.data.map(({ name, rows }) => [name, rows])).toEqual(
      [poolFile, pairsFile].flatMap((file) =>
        ['mmlu_pro', 'svamp', 'cruxeval-o'].map((dataset) => [`${file}: ${dataset}`, 120]),
      ),
    )
    const card = await readFile(join(output('one'), 'DATA_CARD.md'), 'utf8')
    expect(card).toContain('alpaca_eval 5, cmmlu 5, never heard of 5')
    const embedder = await loadBuiltinEmbedder(output('one'))
    const unknown = embedder.featureNames.indexOf('unknown words, share')
    expect(embedder.featureValues('zyzzyva')[unknown]).toBe(1)
    expect(embedder.featureValues('enzyme')[unknown]).toBe(0)
  })

  it('gives a router whose explanation names features that add up to its win rate', async () => {
    const artifact = await loadRouterArtifact(output('one'))
    const router = createMatrixFactorizationRouter({
      name: 'mf',
      weights: weightsOfArtifact(artifact, 'test'),
      pair: artifact.manifest.pair,
      embedder: await loadBuiltinEmbedder(output('one')),
    })
    const long = promptFromText('Find force charge field number 12. '.repeat(8))
    const short = promptFromText('Find price.')
    expect(await router.strongWinRate(long)).toBeGreaterThan(await router.strongWinRate(short))
    const speaking = async (prompt: RoutedPrompt) => {
      const { strongWinRate, contributions } = await router.explain(prompt)
      const effects = contributions.reduce((sum, { effect }) => sum + effect, 0)
      return { contributions, constant: Math.log(strongWinRate / (1 - strongWinRate)) - effects }
    }
    // What the features leave of the log-odds is the router's constant, the same for every prompt.
    const { contributions, constant } = await speaking(long)
    expect((await speaking(short)).constant).toBeCloseTo(constant, 6)
    expect(constant).not.toBeCloseTo(0, 3)
    expect(contributions.map(({ feature }) => feature)).toContain('numbers')
  })

  it('refuses a folder without permitted rows', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'train-builtin-empty-'))
    try {
      await writeFile(
        join(empty, poolFile),
        gzipSync(JSON.stringify({ prompt: 'x', dataset: 'cmmlu', source: 'lab', scores: {} })),
      )
      await expect(trainBuiltin({ data: empty, output: output('none'), seed: 1 })).rejects.toMatchObject({
        code: 'x-no-permitted-rows',
      })
    } finally {
      await rm(empty, { recursive: true })
    }
  })
})

describe('the artifact that ships', () => {
  it('is a router on the built-in embedder, calibrated, shaped by permitted rows only', async () => {
    const { manifest } = await loadRouterArtifact(builtinArtifactFolder())
    const embedder = await loadBuiltinEmbedder()
    expect(manifest.kind).toBe('mf')
    expect(manifest.embedder).toEqual({ id: embedder.id, dimensions: embedder.dimensions })
    expect(manifest.calibration?.winRateQuantiles).toHaveLength(201)
    const datasets = manifest.data.map(({ name }) => name.split(': ')[1] ?? '')
    expect(datasets.length).toBeGreaterThan(10)
    expect(datasets.filter((dataset) => !isPermitted(dataset, null))).toEqual([])
  })

  it('sends a hard question before small talk, and names why', async () => {
    const artifact = await loadRouterArtifact(builtinArtifactFolder())
    const router = createMatrixFactorizationRouter({
      name: 'mf',
      weights: weightsOfArtifact(artifact, 'the built-in artifact'),
      pair: artifact.manifest.pair,
      embedder: await loadBuiltinEmbedder(),
    })
    const hard = promptFromText(
      'A train leaves at 8:15 with 240 passengers. At the first stop 35 % get off, then 48 get on. After 3 more stops, ' +
        'each losing 12 passengers, the fare is raised from $2.50 to $2.75. What is the total revenue of the last leg?',
    )
    expect(await router.strongWinRate(hard)).toBeGreaterThan(
      await router.strongWinRate(promptFromText('Hi there!')),
    )
    const { contributions } = await router.explain(hard)
    expect(contributions.slice(0, 4).map(({ feature }) => feature)).toContain('numbers')
  })
})

describe('permitted data', () => {
  it.each([
    ['mmlu_pro', 'law', true],
    ['agieval', 'agieval_sat_math', true],
    ['agieval', 'agieval_jec_qa_kd', false],
    ['alpaca_eval', null, false],
    ['helpful_base', null, false],
    ['cmmlu', 'cmmlu_test', false],
    ['ceval', 'ceval', false],
    ['skt_dev', null, false],
    ['odex', 'code', false],
    ['mawpsmultiarith', 'math_word', false],
    ['multipl_e_js', 'javascript', false],
    ['toString', null, false],
  ])('%s, category %s: %s', (dataset, category, permitted) => {
    expect(isPermitted(dataset, category)).toBe(permitted)
  })
})
