import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRouterArtifact } from '../../../src/base/artifact/load.ts'
import { routellm } from '../../support/command-line.ts'
import { type Labelled, madeUpLabels as madeUp, realLabels } from '../../support/labels-slice.ts'
import { describeWith, requirement } from '../../support/requirement.ts'
import { builtCli, runWell } from '../../support/run-program.ts'
import { serveDemo } from '../../support/served-demo.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-own-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, rows: readonly object[]): Promise<void> {
  await writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  // An artifact carries the date of its data.
  await utimes(join(folder, name), 1e9, 1e9)
}

/** The built program, in the folder of the test. */
const program = (...argv: string[]) =>
  runWell(process.execPath, [builtCli, ...argv], { cwd: folder, env: { ROUTELLM_CACHE: folder } })

const trainFlags = ['--labels', 'labels.jsonl', '--strong-model', 'big', '--weak-model', 'small']

/** What a new user does, as real processes: labels → train few_label → calibrate → evaluate → score → serve. */
async function chain(labels: readonly Labelled[], heldOut: readonly Labelled[]) {
  await write('labels.jsonl', labels)
  await write('held-out.jsonl', heldOut)
  await write(
    'log.jsonl',
    [...labels, ...heldOut].map(({ prompt }) => ({ prompt })),
  )

  const trained = JSON.parse(
    await program(
      'train',
      'few_label',
      ...trainFlags,
      '--prompts',
      'log.jsonl',
      '--output',
      'my-router',
      '--seed',
      '1',
      '--json',
    ),
  )
  const calibration = JSON.parse(
    await program(
      'calibrate',
      '--router',
      'my-router',
      '--strong-model-pct',
      '0.3',
      '--prompts',
      'log.jsonl',
      '--json',
    ),
  )
  const evaluation = JSON.parse(
    await program(
      'evaluate',
      '--benchmark',
      'held-out.jsonl',
      '--routers',
      'mf,my-router',
      '--output',
      'report',
      '--json',
    ),
  )
  await program('score', '--router', 'my-router', '--input', 'held-out.jsonl', '--output', 'scores.jsonl')
  const scores = (await readFile(join(folder, 'scores.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

  const server = await serveDemo(['--routers', 'my-router'], { cwd: folder })
  const replies: Response[] = []
  try {
    for (const { prompt } of heldOut.slice(0, 10)) {
      const body = {
        model: `router-my-router-${calibration.threshold.toFixed(4)}`,
        messages: [{ role: 'user', content: prompt }],
      }
      replies.push(
        await fetch(`${server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      )
    }
  } finally {
    await server.stop()
  }
  return { trained, calibration, evaluation, scores, replies }
}

type Chain = Awaited<ReturnType<typeof chain>>

function expectOneRouterThroughout(
  { trained, calibration, evaluation, scores, replies }: Chain,
  heldOut: readonly Labelled[],
) {
  expect(trained).toMatchObject({ output: join(folder, 'my-router'), router: 'my-router' })
  const [low, high] = trained.learningCurve.gainInterval
  expect(low).toBeLessThan(high)
  expect(trained.findings).toHaveLength(1)
  expect(calibration).toMatchObject({ router: 'my-router', basis: 'prompts' })
  expect(Math.abs(calibration.strongCallFraction - 0.3)).toBeLessThan(0.05)
  expect(evaluation.routers.map(({ name }: { name: string }) => name)).toEqual(['mf', 'my-router'])
  expect(scores.map(({ prompt }) => prompt)).toEqual(heldOut.map(({ prompt }) => prompt))
  const threshold = Number(calibration.threshold.toFixed(4))
  for (const [index, reply] of replies.entries()) {
    const { strongWinRate } = scores[index]
    expect(reply.status).toBe(200)
    expect(Number(reply.headers.get('x-routellm-strong-win-rate'))).toBeCloseTo(strongWinRate, 3)
    expect(reply.headers.get('x-routellm-router')).toBe('my-router')
    expect(reply.headers.get('x-routellm-model')).toBe(strongWinRate >= threshold ? 'strong' : 'weak')
  }
}

describe('from labels to a served router', () => {
  it('learns what the built-in router does not know', async () => {
    const heldOut = madeUp(100, 1000)
    const done = await chain(madeUp(200, 0), heldOut)
    expectOneRouterThroughout(done, heldOut)
    expect(done.trained.warnings).toEqual([
      expect.stringMatching(/^The default orders your prompts the wrong way round/),
    ])
    const [builtin, own] = done.evaluation.routers
    expect(own.apgr).toBeGreaterThan(0.8)
    expect(builtin.apgr).toBeLessThan(0.6)
  }, 60_000)

  it('writes the same bytes for the same seed', async () => {
    await write('labels.jsonl', madeUp(60, 0))
    for (const output of ['one/mine', 'two/mine'])
      await routellm(['train', 'few_label', ...trainFlags, '--output', output, '--seed', '3'], { folder })
    for (const file of ['router.json', 'weights.safetensors'])
      expect(await readFile(join(folder, 'one/mine', file))).toEqual(
        await readFile(join(folder, 'two/mine', file)),
      )
  })

  it('killed at any moment leaves the old router, or the new one whole', async () => {
    await write('labels.jsonl', madeUp(60, 0))
    await routellm(['train', 'few_label', ...trainFlags, '--output', 'mine', '--seed', '1'], { folder })
    await cp(join(folder, 'mine'), join(folder, 'kept/mine'), { recursive: true })
    const old = await loadRouterArtifact(join(folder, 'kept/mine'))
    for (const delayMs of [0, 150, 250, 350, 450]) {
      const child = spawn(
        process.execPath,
        [builtCli, 'train', 'few_label', ...trainFlags, '--output', 'mine', '--seed', '2'],
        { cwd: folder, stdio: 'ignore' },
      )
      const timer = setTimeout(() => child.kill('SIGKILL'), delayMs)
      await once(child, 'exit')
      clearTimeout(timer)
      const { manifest, tensors } = await loadRouterArtifact(join(folder, 'mine'))
      expect([1, 2]).toContain(manifest.seed)
      if (manifest.seed === 1) expect({ manifest, tensors }).toEqual(old)
    }
    await routellm(['train', 'few_label', ...trainFlags, '--output', 'mine', '--seed', '2'], { folder })
    expect((await readdir(folder)).filter((name) => name.startsWith('.mine'))).toEqual([])
  }, 60_000)

  it('interrupted exits with 130 and leaves the old router', async () => {
    await write('labels.jsonl', madeUp(60, 0))
    await routellm(['train', 'few_label', ...trainFlags, '--output', 'mine', '--seed', '1'], { folder })
    const { exitCode } = await routellm(
      ['train', 'few_label', ...trainFlags, '--output', 'mine', '--seed', '2'],
      {
        folder,
        signal: AbortSignal.abort(new Error('interrupted')),
      },
    )
    expect(exitCode).toBe(130)
    expect((await loadRouterArtifact(join(folder, 'mine'))).manifest.seed).toBe(1)
  })

  it.each([
    [madeUp(9, 0), 'too-few-labels'],
    [madeUp(40, 1).filter(({ scores }) => scores.small === 1), 'labels-all-alike'],
  ])('says what is wrong with the labels, case %#', async (labels, code) => {
    await write('labels.jsonl', labels)
    const { exitCode, stdout, stderr } = await routellm(
      ['train', 'few_label', ...trainFlags, '--output', 'mine', '--json'],
      { folder },
    )
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, code])
    expect(stderr).toContain('error:')
    expect(await readdir(folder)).toEqual(['labels.jsonl'])
  })

  it('names the row of a broken log', async () => {
    await write('labels.jsonl', madeUp(40, 0))
    await write('log.jsonl', [{ prompt: 'fine' }, { text: 'not' }])
    const { exitCode, stderr } = await routellm(
      ['train', 'few_label', ...trainFlags, '--prompts', 'log.jsonl', '--output', 'mine'],
      { folder },
    )
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('log.jsonl line 2')])
  })
})

describeWith(await requirement('training files'), 'from real labels to a trained router', (place) => {
  /** In this process: the chain of programs is run on made-up labels. */
  async function resultOf(...argv: string[]) {
    const { exitCode, stdout, stderr } = await routellm([...argv, '--json'], { folder })
    expect(exitCode, stderr).toBe(0)
    return JSON.parse(stdout)
  }

  it('beats the built-in router on prompts that it has not seen', async () => {
    const { labels, heldOut } = await realLabels(place)
    await write('labels.jsonl', labels.slice(0, 300))
    await write('held-out.jsonl', heldOut)
    await write(
      'log.jsonl',
      [...labels, ...heldOut].map(({ prompt }) => ({ prompt })),
    )
    const trained = await resultOf(
      ...[
        'train',
        'few_label',
        ...trainFlags,
        '--prompts',
        'log.jsonl',
        '--output',
        'my-router',
        '--seed',
        '1',
      ],
    )
    const evaluation = await resultOf(
      ...['evaluate', '--benchmark', 'held-out.jsonl', '--routers', 'mf,my-router'],
    )
    const [builtin, own] = evaluation.routers
    expect(trained.warnings).toEqual([])
    expect(trained.metrics.trust).toBe(1)
    expect(own.apgrInterval[0]).toBeGreaterThan(builtin.apgr)
  }, 300_000)
})
