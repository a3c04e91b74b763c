import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { demoConfig } from '../../config/parse-config.ts'
import type { CrossFittedRouter, Router } from '../../routing/routers/router.ts'
import { calibrateLoss } from './loss.ts'
import type { CalibrationRun } from './run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-basis-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Learned by heart which of the first `learned` prompts fail, and knows nothing of any prompt without its label. */
function flattered(learned: number): CrossFittedRouter {
  return {
    name: 'flattered',
    strongWinRate: ({ text }) => (fails(Number(text)) ? 0.9 : Number(text) / 1000),
    crossFittedWinRate: ({ text }) => (Number(text) < learned ? Number(text) / 1000 : undefined),
  }
}

const fails = (i: number) => i % 10 === 9
const labels = Array.from({ length: 200 }, (_, i) => ({
  prompt: String(i),
  scores: { big: 1, small: fails(i) ? 0 : 1 },
}))

function runWith(router: Router): CalibrationRun {
  return {
    router,
    spec: { name: router.name, kind: 'length' },
    pair: undefined,
    context: {
      signal: new AbortController().signal,
      onProgress() {},
      onWarning() {},
      workspace: { folder, config: demoConfig(), dependencies: { embedderOptions: {}, hub: {} } },
    },
  }
}

async function calibrated(router: Router) {
  const file = join(folder, 'labels.jsonl')
  await writeFile(file, labels.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return calibrateLoss(runWith(router), { kind: 'loss', maxLoss: 0.05, labels: file })
}

describe('a router that was trained on the labels', () => {
  it('is judged by its cross-fitted win rates', async () => {
    // Four losses pass: 9, 19, 29, 39; the fifth is 49.
    expect(await calibrated(flattered(200))).toMatchObject({
      basis: 'cross-fitted',
      crossFittedLabels: 200,
      losses: 4,
    })
  })

  it('keeps its own scores for labels that it was not trained on', async () => {
    expect(await calibrated(flattered(30))).toMatchObject({
      basis: 'mixed',
      crossFittedLabels: 30,
      losses: 3,
    })
  })

  it('is independent if it was trained on none of them', async () => {
    expect(await calibrated(flattered(0))).toMatchObject({
      basis: 'independent',
      crossFittedLabels: 0,
      losses: 0,
    })
  })
})
