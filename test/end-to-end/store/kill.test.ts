import { expect, it } from 'vitest'
import { checkKillRounds } from '../../support/store/kill-test.ts'

it('case 19: kill -9 under load loses and doubles no request, feedback or dollar that was acknowledged', async () => {
  const { requests, feedback } = await checkKillRounds(5, 19, 8)
  expect(requests).toBeGreaterThan(10)
  expect(feedback).toBeGreaterThan(1)
}, 120_000)
