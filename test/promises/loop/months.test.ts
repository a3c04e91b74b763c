import { beforeAll, expect, it } from 'vitest'
import { attacks } from '../../../benchmarks/loop/feedback.mjs'
import { drawMonth } from '../../../benchmarks/loop/month.mjs'
import { createCycle } from '../../../benchmarks/loop/product.mjs'
import { runMonth } from '../../../benchmarks/loop/simulate.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { runCycle } from '../../../src/learning/loop/cycle/run-cycle.ts'
import { type LoopWorld, openLoopWorld } from '../../support/loop/loop-world.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

// test/long/loop has whole months over many seeds, and benchmarks/loop/loop.mjs a hundred of each kind.
describeWith(await requirement('training files'), 'a simulated month on real outcomes', (folder) => {
  let opened: LoopWorld
  beforeAll(async () => {
    opened = await openLoopWorld(folder, 200)
  })

  const draw = (labelledSessions: number) =>
    drawMonth(opened.world, {
      seed: 1,
      createRandom,
      drifts: true,
      days: 18,
      labelledSessions,
      ratedSessions: 20,
      trafficSessions: 300,
    })

  /** One attempt on day 15, the router in service being the built-in one with this threshold. */
  const run = (threshold: number, labelledSessions: number, attack: string | null = null) =>
    runMonth(opened.world, draw(labelledSessions), {
      seed: 1,
      createRandom,
      calibrationDays: 2,
      everyDays: 15,
      labelShare: 0.01,
      attack: attack === null ? null : (attacks[attack] ?? null),
      calibrate: () => threshold,
      cycle: createCycle(opened.world, {
        runCycle,
        embedder: opened.embedder,
        prior: opened.prior,
        promise: { maxLoss: 0.05, confidence: 0.95 },
        mostTrained: 250,
      }),
    })

  it('has labelled and rated prompts once, and traffic of others', () => {
    const days = draw(100)
    const labelled = days.flatMap((day) => [...day.labelled, ...day.rated]).flatMap(({ prompts }) => prompts)
    expect(labelled.length).toBeGreaterThan(3000)
    const once = new Set(labelled)
    expect(once.size).toBe(labelled.length)
    const traffic = days.flatMap((day) => day.traffic).flatMap(({ prompts }) => prompts)
    expect(traffic.filter((prompt) => once.has(prompt))).toEqual([])
    expect(draw(100)).toEqual(days)
  })

  it('promotes in place of the strong model alone what is cheaper and within the margin', async () => {
    const { attempts, measured } = await run(0, 100)
    expect(attempts).toMatchObject([{ promoted: true, why: expect.stringContaining('is cheaper by') }])
    expect(attempts[0]!.before!.usd).toBeLessThan(0)
    expect(attempts[0]!.before!.quality).toBeGreaterThan(-0.03)
    expect(measured.at(-1)!.loop.usd).toBeLessThan(measured.at(-1)!.builtin.usd)
    expect(measured[0]!.loop).toEqual(measured[0]!.builtin)
  })

  it('takes a router out of service that is shown to break the promise', async () => {
    const { attempts } = await run(0.9, 100)
    expect(attempts).toMatchObject([
      { promoted: true, why: expect.stringContaining('because the router in service loses') },
    ])
    expect(attempts[0]!.before!.lostOld).toBeGreaterThan(0.15)
    expect(attempts[0]!.before!.lost).toBeLessThan(0.1)
    expect(attempts[0]!.after!.quality).toBeGreaterThan(0.1)
  })

  it('lets no feedback of keys that are not trusted decide, whatever it says', async () => {
    const { attempts } = await run(0, 0, 'weak answers to hard prompts praised, many keys')
    expect(attempts).toMatchObject([
      { promoted: false, why: expect.stringContaining('more labelled sessions are needed') },
    ])
  })
})
