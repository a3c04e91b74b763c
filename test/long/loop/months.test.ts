import { expect, it } from 'vitest'
import { createMonths, isWrongOn } from '../../../benchmarks/loop/months.mjs'
import { summarise } from '../../../benchmarks/loop/summary.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { clopperPearsonLower } from '../../../src/base/math/statistics/proportion.ts'
import { runCycle } from '../../../src/learning/loop/cycle/run-cycle.ts'
import { guaranteedThreshold } from '../../../src/routing/calibration/guarantee.ts'
import { openLoopWorld } from '../../support/loop/loop-world.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

/** Seeds that benchmarks/loop does not have. */
const firstSeed = 1001
const months = 25

describeWith(await requirement('training files'), `${months} simulated months each`, (folder) => {
  const run = async (name: string) => {
    const { world, embedder, prior } = await openLoopWorld(folder)
    const runMonth = createMonths(world, { createRandom, guaranteedThreshold, runCycle, embedder, prior })
    const all = []
    for (let each = 0; each < months; each++) all.push(await runMonth(name, firstSeed + each))
    return all
  }
  /** Months in which a promotion was wrong when it was decided. */
  const wrong = (all: Awaited<ReturnType<typeof run>>) =>
    all.filter(({ attempts }) => attempts.some(({ before }) => before !== undefined && isWrongOn(before)))
      .length

  it('of changing work: the loop is cheaper at equal quality, and promotes wrongly in at most 5 %', async () => {
    const all = await run('drifting')
    expect(summarise(all).atEqualQuality.builtin.value).toBeLessThan(0)
    expect(clopperPearsonLower(wrong(all), months, 0.99)).toBeLessThanOrEqual(0.05)
  }, 3_600_000)

  it('with 5 % hostile feedback: no worse router is promoted', async () => {
    expect(clopperPearsonLower(wrong(await run('poisoned')), months, 0.99)).toBeLessThanOrEqual(0.05)
  }, 3_600_000)
})
