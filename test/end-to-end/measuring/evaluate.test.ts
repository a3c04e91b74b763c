import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { benchmarkFiles, describeWithBenchmarkFiles } from '../../support/benchmark-files.ts'
import { type CommandSurroundings, routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-evaluate-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function routellm(argv: readonly string[], surroundings: Partial<CommandSurroundings> = {}) {
  return run(argv, { folder, ...surroundings })
}

function evaluate(argv: readonly string[], surroundings: Partial<CommandSurroundings> = {}) {
  return routellm(['evaluate', '--samples', '50', ...argv], surroundings)
}

const rows = Array.from({ length: 60 }, (_, index) => ({
  prompt:
    index % 3 === 0 ? `hi ${index}` : `Prove in detail, step by step, statement number ${index} of the book.`,
  scores: { big: 1, small: index % 3 === 0 || index % 5 === 0 ? 1 : 0, tiny: 0 },
}))
const jsonLines = (values: readonly unknown[]) =>
  `${values.map((value) => JSON.stringify(value)).join('\n')}\n`
const labelled = (models: readonly string[]) =>
  rows.map(({ prompt, scores }) => ({
    prompt,
    scores: Object.fromEntries(Object.entries(scores).filter(([model]) => models.includes(model))),
  }))

async function writeRows(file = 'labels.jsonl', models: readonly string[] = ['big', 'small']): Promise<void> {
  await writeFile(join(folder, file), jsonLines(labelled(models)))
}
/** Win rates that are right where `flip` is not set, and wrong where it is. */
async function writeScores(file: string, flip = false): Promise<void> {
  const scored = rows.map(({ prompt, scores }) => ({
    prompt,
    strongWinRate: scores.big > scores.small === flip ? 0.2 : 0.8,
  }))
  await writeFile(join(folder, file), jsonLines(scored))
}

describe('evaluate on a labelled file', () => {
  it('prints the evaluation as one JSON object and nothing else on stdout', async () => {
    await writeRows()
    const { exitCode, stdout } = await evaluate([
      '--benchmark',
      'labels.jsonl',
      '--routers',
      'length,random',
      '--json',
    ])
    expect(exitCode).toBe(0)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({
      benchmark: 'labels.jsonl',
      rows: 60,
      strong: { model: 'big', score: 100 },
      weak: { model: 'small' },
      routers: [{ name: 'length' }, { name: 'random' }],
      baselines: { random: { apgr: 0.5 }, length: { name: 'length' } },
      oracle: { name: 'oracle' },
    })
    const [length] = result.routers
    expect(length.apgr).toBe(result.baselines.length.apgr)
    expect(length.apgrInterval[0]).toBeLessThan(length.apgrInterval[1])
    expect(length.points[0]).toMatchObject({ strongCallPercent: 0 })
  })

  it('shows a table with the baselines to a person', async () => {
    await writeRows()
    const { stdout, exitCode } = await evaluate(['--benchmark', './labels.jsonl', '--routers', 'mf'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('./labels.jsonl: 60 rows; scores in percent')
    for (const name of ['mf', 'random', 'length', 'answer oracle'])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'))
  })

  it('tells routers called random and length from the baselines', async () => {
    await writeRows()
    const { stdout } = await evaluate(['--benchmark', 'labels.jsonl', '--routers', 'random,length'])
    for (const name of ['random', 'length', 'random \\(baseline\\)'])
      expect(stdout).toMatch(new RegExp(`^${name} {3}`, 'm'))
    expect(stdout).toContain('length − random')
    expect(stdout).not.toContain('length − length')
    // The router `length` is the baseline itself, so that it is shown once, and compared once.
    expect(stdout.match(/^length {3}/gm)).toHaveLength(1)
    expect(stdout.match(/length − random/g)).toHaveLength(1)
  })

  it('takes scores computed elsewhere, without a router', async () => {
    await writeRows()
    await writeScores('good.jsonl')
    await writeScores('bad.jsonl', true)
    const { stdout } = await evaluate([
      '--benchmark',
      'labels.jsonl',
      '--scores',
      'good=good.jsonl',
      '--scores',
      'bad=bad.jsonl',
      '--json',
    ])
    const { routers, oracle } = JSON.parse(stdout)
    expect(routers.map(({ name }: { name: string }) => name)).toEqual(['good', 'bad'])
    expect(routers[0].apgr).toBeCloseTo(oracle.apgr, 12)
    expect(routers[1].apgr).toBeLessThan(0.5)
  })

  it('takes a trained artifact by its path, and a pair out of many models', async () => {
    await writeRows('labels.jsonl', ['big', 'small', 'tiny'])
    const train = ['--data', 'labels.jsonl', '--strong-model', 'big', '--weak-model', 'small']
    await routellm(['train', 'knn', ...train, '--output', 'mine', '--k', '5', '--calibration-prompts', '20'])
    const pair = ['--strong-model', 'big', '--weak-model', 'small']
    const { stdout, stderr } = await evaluate([
      '--benchmark',
      'labels.jsonl',
      ...pair,
      '--routers',
      './mine',
      '--json',
    ])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout).routers[0]).toMatchObject({ name: 'mine' })
    expect(JSON.parse(stdout).routers[0].apgr).toBeGreaterThan(0.6)
    const unnamed = await evaluate(['--benchmark', 'labels.jsonl', '--routers', './mine'])
    expect([unnamed.exitCode, unnamed.stderr]).toEqual([
      2,
      expect.stringContaining('--strong-model and --weak-model'),
    ])
  })

  it('writes JSON, curves and the page', async () => {
    await writeRows()
    const { exitCode, stderr } = await evaluate([
      ...['--benchmark', 'labels.jsonl', '--routers', 'length'],
      ...['--output', 'results/here', '--html', 'report.html'],
    ])
    expect([exitCode, (await readdir(join(folder, 'results/here'))).toSorted()]).toEqual([
      0,
      ['labels-dark.svg', 'labels-light.svg', 'labels.json', 'labels.svg'],
    ])
    expect(stderr).toContain(`Wrote ${join(folder, 'report.html')}`)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('<svg')
  })

  it('evaluates several benchmarks in one run', async () => {
    await writeRows('one.jsonl')
    await writeRows('two.jsonl')
    const { stdout } = await evaluate([
      ...['--benchmark', 'one.jsonl', '--benchmark', 'two.jsonl', '--routers', 'length', '--json'],
    ])
    const { evaluations } = JSON.parse(stdout)
    expect(evaluations.map(({ benchmark }: { benchmark: string }) => benchmark)).toEqual([
      'one.jsonl',
      'two.jsonl',
    ])
  })

  it('is the same for the same seed, and computes as upstream does where asked', async () => {
    await writeRows()
    const argv = ['--benchmark', 'labels.jsonl', '--routers', 'random', '--json']
    const [one, same, other] = await Promise.all([
      evaluate([...argv, '--seed', '7']),
      evaluate([...argv, '--seed', '7']),
      evaluate([...argv, '--seed', '8']),
    ])
    expect(one.stdout).toBe(same.stdout)
    expect(JSON.parse(one.stdout).routers[0].apgrInterval).not.toEqual(
      JSON.parse(other.stdout).routers[0].apgrInterval,
    )
    const reference = JSON.parse((await evaluate([...argv, '--metrics', 'reference'])).stdout)
    expect(reference).toMatchObject({ metrics: 'reference', noIntervals: 'reference-metrics' })
    expect(reference.routers[0].points).toHaveLength(11)
  })
})

describe('requirements', () => {
  const base = ['--benchmark', 'labels.jsonl', '--scores', 'mine=mine.jsonl']

  it('exits with 1 where one is not met, and says by how much', async () => {
    await writeRows()
    await writeScores('mine.jsonl')
    const met = await evaluate([
      ...base,
      '--require',
      'mine.apgr>=0.6',
      '--require',
      'mine.apgr.low>random.apgr',
    ])
    expect([met.exitCode, met.stderr]).toEqual([
      0,
      expect.stringContaining('ok     met: mine.apgr on labels.jsonl is'),
    ])
    const unmet = await evaluate([
      ...base,
      '--require',
      'mine.apgr>=0.6',
      '--require',
      'mine.cpt.50<1',
      '--json',
    ])
    expect([unmet.exitCode, unmet.stderr]).toEqual([
      1,
      expect.stringContaining('failed not met: mine.cpt.50'),
    ])
    expect(JSON.parse(unmet.stdout)).toMatchObject({
      benchmark: 'labels.jsonl',
      checks: [{ passed: true }, { passed: false }],
    })
  })

  it('compares with an earlier result, from stdout or from --output', async () => {
    await writeRows()
    await writeScores('mine.jsonl')
    const earlier = await evaluate([...base, '--output', 'old', '--json'])
    await writeFile(join(folder, 'old.json'), earlier.stdout)
    const same = await evaluate([
      ...base,
      '--not-worse-than',
      'old.json',
      '--not-worse-than',
      'old/labels.json',
    ])
    expect([same.exitCode, same.stderr]).toEqual([0, expect.stringContaining('not worse: APGR of mine')])
    await writeScores('mine.jsonl', true)
    const worse = await evaluate([...base, '--not-worse-than', 'old.json'])
    expect([worse.exitCode, worse.stderr]).toEqual([1, expect.stringContaining('failed worse: APGR of mine')])
  })

  it.each([
    [['--require', 'mine.apgr'], 'cannot be parsed'],
    [['--require', 'yours.apgr>0.5'], 'names "yours", which was not evaluated'],
    [['--not-worse-than', 'nowhere.json'], 'nowhere.json is not a result'],
  ])('refuses %j', async (argv, message) => {
    await writeRows()
    await writeScores('mine.jsonl')
    const { exitCode, stderr, stdout } = await evaluate([...base, ...argv])
    expect([exitCode, stderr, stdout]).toEqual([2, expect.stringContaining(message), ''])
  })
})

describe('bad input', () => {
  it.each([
    [['--benchmark', 'labels.jsonl'], 'name what to measure'],
    [['--benchmark', 'mmmlu', '--routers', 'length'], 'There is no benchmark "mmmlu"'],
    [['--benchmark', 'mmlu', '--routers', 'length'], 'or set ROUTELLM_DATA'],
    [['--benchmark', './none.jsonl', '--routers', 'length'], 'none.jsonl cannot be read'],
    [['--benchmark', 'labels.jsonl', '--routers', 'lenght'], 'there is no router "lenght"'],
    [
      ['--benchmark', 'labels.jsonl', '--routers', 'length', '--scores', 'length=x.jsonl'],
      'are called length',
    ],
    [['--benchmark', 'labels.jsonl', '--scores', 'x.jsonl'], 'is not name=file'],
    [
      ['--benchmark', 'labels.jsonl', '--scores', 'x=labels.jsonl'],
      'line 1 is not {"prompt": text, "strongWinRate"',
    ],
    [
      ['--benchmark', 'labels.jsonl', '--routers', 'length', '--strong-model', 'big'],
      'a pair needs two models',
    ],
    [['--benchmark', 'labels.jsonl', '--routers', 'length', '--png'], '--png needs --output'],
    [
      ['--benchmark', 'labels.jsonl', '--routers', 'length', '--html', 'no/where.html'],
      'no/where.html cannot be written',
    ],
    [['--benchmark', 'labels.jsonl', '--routers', 'length', '--samples', '0'], 'above 0, got 0'],
    [
      ['--benchmark', 'labels.jsonl', '--benchmark', './labels.jsonl', '--routers', 'length'],
      'rename the file',
    ],
  ])('exits with 2: %j', async (argv, message) => {
    await writeRows()
    const { exitCode, stderr, stdout } = await routellm(['evaluate', ...argv])
    expect([exitCode, stderr, stdout]).toEqual([2, expect.stringContaining(message), ''])
  })

  it.each([
    ['scoring', ['--routers', 'length']],
    ['measuring', ['--scores', 'mine=mine.jsonl']],
  ])('stops when it is interrupted while %s, and writes nothing', async (_stage, argv) => {
    await writeRows()
    await writeScores('mine.jsonl')
    const { exitCode, stderr } = await evaluate(
      ['--benchmark', 'labels.jsonl', '--output', 'results', ...argv],
      { signal: AbortSignal.abort() },
    )
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('interrupted')])
    expect((await readdir(folder)).toSorted()).toEqual(['labels.jsonl', 'mine.jsonl'])
  })
})

describe('the score cache', () => {
  const argv = ['--benchmark', 'labels.jsonl', '--routers', './mine', '--json']
  const variables = () => ({ ROUTELLM_CACHE: join(folder, 'cache') })
  const entries = () => readdir(join(folder, 'cache/scores'))
  /** On other prompts than those of the rows, whose win rates would be replaced by those of fits without them. */
  const train = async (seed: string) => {
    const others = labelled(['big', 'small']).map(({ prompt, scores }) => ({
      prompt: [...prompt].reverse().join(''),
      scores,
    }))
    await writeFile(join(folder, 'others.jsonl'), jsonLines(others))
    return routellm([
      ...['train', 'mf', '--data', 'others.jsonl', '--output', 'mine', '--seed', seed],
      ...['--strong-model', 'big', '--weak-model', 'small', '--epochs', '1', '--dimensions', '4'],
    ])
  }

  it('keeps win rates, uses them, and computes them again where an entry is broken', async () => {
    await writeRows()
    await train('1')
    const first = await evaluate(argv, { variables: variables() })
    expect(first.exitCode).toBe(0)
    const [entry, ...more] = await entries()
    expect(more).toEqual([])
    const path = join(folder, 'cache/scores', entry ?? '')
    const whole = await readFile(path)
    // What is read from it is what is measured: every win rate the same makes the router random.
    const { createScoreCache } = await import('../../../src/learning/evaluation/score-cache.ts')
    await createScoreCache(join(folder, 'cache/scores')).write(
      (entry ?? '').replace('.scores', ''),
      new Float64Array(60),
    )
    const planted = await evaluate(argv, { variables: variables() })
    expect(JSON.parse(planted.stdout).routers[0].apgr).toBeCloseTo(0.5, 12)
    expect((await evaluate([...argv, '--no-cache'], { variables: variables() })).stdout).toBe(first.stdout)
    await writeFile(path, whole.subarray(0, 100))
    expect((await evaluate(argv, { variables: variables() })).stdout).toBe(first.stdout)
    expect(await readFile(path)).toEqual(whole)
  })

  it('scores again where a weight or a prompt is another one', async () => {
    await writeRows()
    await train('1')
    await evaluate(argv, { variables: variables() })
    await train('2')
    await evaluate(argv, { variables: variables() })
    expect(await entries()).toHaveLength(2)
    await writeFile(join(folder, 'labels.jsonl'), jsonLines(labelled(['big', 'small']).slice(1)))
    await evaluate(argv, { variables: variables() })
    expect(await entries()).toHaveLength(3)
  })

  it('warns and goes on where the folder cannot be written', async () => {
    await writeRows()
    await writeFile(join(folder, 'cache'), '')
    const { exitCode, stderr } = await evaluate(['--benchmark', 'labels.jsonl', '--routers', 'mf'], {
      variables: variables(),
    })
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('the scores of mf could not be kept')])
  })
})

describeWithBenchmarkFiles('evaluate on the benchmarks', () => {
  it('reads the folder from --data and from ROUTELLM_DATA', async () => {
    const argv = ['--benchmark', 'mt-bench', '--benchmark', 'gsm8k', '--routers', 'length', '--json']
    const flag = await evaluate([...argv, '--data', benchmarkFiles])
    const variable = await evaluate(argv, { variables: { ROUTELLM_DATA: benchmarkFiles } })
    expect(flag.exitCode).toBe(0)
    expect(variable.stdout).toBe(flag.stdout)
    const { evaluations } = JSON.parse(flag.stdout)
    expect(evaluations).toMatchObject([
      { benchmark: 'mt-bench', rows: 72, unit: '1-10', contaminatedRows: 8 },
      { benchmark: 'gsm8k', rows: 1307, unit: 'percent' },
    ])
    expect(evaluations[1].routers[0].apgr).toBeCloseTo(0.598, 3)
  })

  it('names file and remedy where the folder is broken', async () => {
    await mkdir(join(folder, 'data/routellm/evals/mmlu/responses'), { recursive: true })
    const { exitCode, stderr } = await evaluate([
      ...['--benchmark', 'mmlu', '--routers', 'length', '--data', 'data'],
    ])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('mmlu_abstract_algebra.csv')])
  })
})
