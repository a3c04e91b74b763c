import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { findRuntimes } from '../../../scripts/testing/runtimes.mjs'
import { describeEdge } from '../../support/edge/edge-cases.ts'
import { trainFewLabels } from '../../support/edge/few-labels.ts'
import { bun, deno, startInProgram } from '../../support/edge/start-program.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

const installed = await requirement('edge runtimes')

let place = ''
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'routellm-edge-'))
  await trainFewLabels(join(place, 'mine'))
})
afterAll(() => rm(place, { recursive: true, force: true }))
const fewLabelFolder = () => join(place, 'mine')

describeWith(installed, 'runtimes besides workerd', () => {
  const found = findRuntimes()!
  describeEdge('Bun', { start: startInProgram(bun(found.bun)), fewLabelFolder })
  describeEdge('Deno', { start: startInProgram(deno(found.deno)), fewLabelFolder })
})
