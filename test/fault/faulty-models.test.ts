import { expect, it } from 'vitest'
import { expectSound } from '../support/soak/expect-sound.ts'
import { runSoak } from '../support/soak/run-soak.ts'

it('400 requests to failing models are each accounted for once, and no client is deceived (test/long has more)', async () => {
  const report = await runSoak({ requests: 400, clients: 32, seed: 1 })
  expectSound(report, 400)
  expect(report.pairs.size).toBeGreaterThan(12)
})
