import { expect, it } from 'vitest'
import { runPacedStreams } from '../support/streams/paced-streams.ts'

it('case 30: 64 paced streams at once come whole, and none stalls (test/long has 512)', async () => {
  expect(await runPacedStreams(64)).toEqual({ whole: 64, stalled: 0 })
})
