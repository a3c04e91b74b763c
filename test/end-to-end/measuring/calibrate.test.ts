import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../../src/base/artifact/builtin-folder.ts'
import { quantile } from '../../../src/base/math/statistics/quantile.ts'
import { parseModelName } from '../../../src/gateway/decide/model-name.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-calibrate-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const calibrate = (...argv: string[]) => run(['calibrate', ...argv], { folder })

async function writePrompts(lengths: readonly number[]): Promise<void> {
  const lines = lengths.map((length) => JSON.stringify({ prompt: 'x'.repeat(length) }))
  await writeFile(join(folder, 'prompts.jsonl'), `${lines.join('\n')}\n`)
}

describe('calibrate', () => {
  it('finds the threshold on prompts: the linear quantile of their win rates', async () => {
    await writePrompts([10, 20, 400, 80, 160])
    const argv = ['--router', 'length', '--prompts', 'prompts.jsonl', '--json']
    const { exitCode, stdout } = await calibrate('--strong-model-pct', '0.4', ...argv)
    expect(exitCode).toBe(0)
    const calibration = JSON.parse(stdout)
    expect(calibration).toEqual({
      router: 'length',
      strongModelPct: 0.4,
      threshold: expect.any(Number),
      prompts: 5,
      basis: 'prompts',
      strongCallFraction: 0.4,
    })
    const winRate = async (length: number) =>
      JSON.parse(
        (await run(['route', 'x'.repeat(length), '--router', 'length', '--json'], { folder })).stdout,
      ).strongWinRate
    const sorted = await Promise.all([10, 20, 80, 160, 400].map(winRate))
    expect(calibration.threshold).toBe(quantile(sorted, 0.6))
  })

  it('reads it off the quantiles of the artifact where no prompts are given', async () => {
    const { calibration } = JSON.parse(readFileSync(join(builtinArtifactFolder(), 'router.json'), 'utf8'))
    const { stdout } = await calibrate('--router', 'mf', '--strong-model-pct', '0.25', '--json')
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ router: 'mf', prompts: calibration.prompts, basis: 'recorded' })
    expect(result.threshold).toBe(quantile(calibration.winRateQuantiles, 0.75))
    expect(result.strongCallFraction).toBeCloseTo(0.25, 10)
  })

  it('says in words what the threshold does, how to use it and what it is based on', async () => {
    const recorded = (await calibrate('--router', 'length', '--strong-model-pct', '0.3')).stdout
    expect(recorded).toMatch(
      /^Threshold 0\.\d+: prompts with a win rate of at least that go to the strong model/,
    )
    expect(recorded).toMatch(/router-length-0\.\d+, or router-length-30pct\./)
    expect(recorded).toContain('would send 30 % of the 46504 prompts that the router was calibrated on')
    await writePrompts([5, 5, 5, 90])
    const own = (
      await calibrate('--router', 'length', '--strong-model-pct', '0.5', '--prompts', 'prompts.jsonl')
    ).stdout
    expect(own).toContain('sends 100 % of the 4 prompts given')
    expect(own).toContain('You asked for 50 %: prompts that share the win rate')
    expect(own).not.toContain('pct')
  })

  it('gives a model name that the server takes, whatever the size of the threshold', async () => {
    const { stdout } = await calibrate('--router', 'random', '--strong-model-pct', '0.9999999')
    const name = /router-random-[\d.]+(?=,)/.exec(stdout)?.[0] ?? ''
    expect(name).toMatch(/^router-random-0\.0000000/)
    expect(parseModelName(name, ['random'])).toMatchObject({
      router: 'random',
      threshold: expect.closeTo(1e-7, 12),
    })
    expect(stdout).toContain('of any prompts')
  })

  it.each([
    [['--strong-model-pct', '50'], 'Did you mean 0.5?'],
    [['--strong-model-pct', '-1'], 'fraction from 0 to 1'],
    [[], 'with one of --strong-model-pct, --max-loss, --min-quality, --usd-per-request'],
    [['--strong-model-pct', '0.5', '--prompts', 'none.jsonl'], 'none.jsonl cannot be read'],
    [['--strong-model-pct', '0.5', '--prompts', 'empty.jsonl'], 'has no prompt in it'],
  ])('exits with 2: %j', async (argv, message) => {
    await writeFile(join(folder, 'empty.jsonl'), '\n')
    const { exitCode, stderr, stdout } = await calibrate('--router', 'length', ...argv)
    expect([exitCode, stderr, stdout]).toEqual([2, expect.stringContaining(message), ''])
  })
})
