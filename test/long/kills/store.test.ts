import { expect, it } from 'vitest'
import { checkKillRounds } from '../../support/store/kill-test.ts'

it('kill -9 in 200 rounds under load loses and doubles nothing that was acknowledged', async () => {
  const { requests, feedback } = await checkKillRounds(200, 2000, 32)
  process.stdout.write(
    `200 rounds: ${requests} requests and ${feedback} feedbacks were acknowledged, none lost, none doubled\n`,
  )
  expect(requests).toBeGreaterThan(2000)
}, 3_600_000)
