import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTrainers, trainerKinds } from '../support/jobs/every-trainer.ts'
import { abortInPause, countPauses, findDeafPauses } from '../support/pauses/follow-pauses.ts'

const rows = 40

let trainers: Awaited<ReturnType<typeof createTrainers>>
beforeAll(async () => {
  trainers = await createTrainers()
  await trainers.writeLabels(rows)
  await trainers.writeLabels(2 * rows)
})
afterAll(() => rm(trainers.folder, { recursive: true }))

describe.each(trainerKinds)('training %s', (kind) => {
  it('stops in whatever pause it is aborted, with the reason', async () => {
    const pauses = await countPauses(() => trainers.train(kind, rows))
    for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
      const at = Math.max(1, Math.floor(share * pauses))
      const reason = new Error(`left in pause ${at} of ${pauses}`)
      const { error, pausesAfter } = await abortInPause(
        (signal) => trainers.train(kind, rows, signal),
        at,
        reason,
      )
      expect(error).toBe(reason)
      expect(pausesAfter).toBe(0)
    }
  })

  it('looks at its signal in every pause', async () => {
    expect(await findDeafPauses((signal) => trainers.train(kind, rows, signal))).toEqual([])
  })

  it('pauses for each row', async () => {
    const one = await countPauses(() => trainers.train(kind, rows))
    const other = await countPauses(() => trainers.train(kind, 2 * rows))
    expect(other - one).toBeGreaterThanOrEqual(rows)
  })
})
