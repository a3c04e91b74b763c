import { expect, it } from 'vitest'
import { runPacedStreams } from '../support/streams/paced-streams.ts'

it('case 30: 512 paced streams at once come whole, and none stalls', async () => {
  expect(await runPacedStreams(512)).toEqual({ whole: 512, stalled: 0 })
}, 60_000)
