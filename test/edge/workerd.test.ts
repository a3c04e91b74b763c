import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { describeEdge } from '../support/edge/edge-cases.ts'
import { trainFewLabels } from '../support/edge/few-labels.ts'
import { startInWorkerd } from '../support/edge/start-workerd.ts'

let place = ''
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'routellm-edge-'))
  await trainFewLabels(join(place, 'mine'))
})
afterAll(() => rm(place, { recursive: true, force: true }))

describeEdge('workerd', { start: startInWorkerd, fewLabelFolder: () => join(place, 'mine') })
