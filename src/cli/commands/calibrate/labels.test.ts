import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import picocolors from 'picocolors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { demoConfig } from '../../../config/parse-config.ts'
import type { CrossFittedRouter, Router } from '../../../routing/routers/router.ts'
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

function runOf(router: Router): CalibrationRun {
  return {
    router,
    spec: { name: router.name, kind: 'length' },
    dependencies: { embedderOptions: {}, hub: {} },
    config: demoConfig(),
    flags: { router: router.name },
    context: {
      folder,
      environment: { variables: {}, noColor: true, hub: {} },
      interrupted: new AbortController().signal,
      terminal: {
        result() {},
        note() {},
        readInput: async () => '',
        progressStream: null,
        colors: picocolors.createColors(false),
      },
    },
  }
}

async function calibrated(router: Router) {
  const file = join(folder, 'labels.jsonl')
  await writeFile(file, labels.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return calibrateLoss(runOf(router), { maxLoss: 0.05, labels: file })
}

describe('a router that was trained on the labels', () => {
  it('is judged by what it would have said without each of them', async () => {
    const { result, lines } = await calibrated(flattered(200))
    // Four losses pass: 9, 19, 29, 39; the fifth is 49.
    expect(result).toMatchObject({ basis: 'cross-fitted', crossFittedLabels: 200, losses: 4 })
    expect(lines.join('\n')).toContain('The router was trained on these labels')
  })

  it('keeps its own scores for those that it was not trained on', async () => {
    const { result, lines } = await calibrated(flattered(30))
    expect(result).toMatchObject({ basis: 'mixed', crossFittedLabels: 30, losses: 3 })
    expect(lines.join('\n')).toContain('The router was trained on 30 of the 200 labels')
  })

  it('is independent where it knows none of them', async () => {
    const { result, lines } = await calibrated(flattered(0))
    expect(result).toMatchObject({ basis: 'independent', crossFittedLabels: 0, losses: 0 })
    expect(lines.join('\n')).toContain('The router must not have been trained on them.')
  })
})
