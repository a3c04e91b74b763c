import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { parseConfig } from '../../../config/parse-config.ts'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import type { JobContext } from '../../job.ts'
import { findPolicySpec, openPolicies } from '../../policies/open-policies.ts'
import { calibratePolicy } from './calibrate-policy.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-tolerance-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const yaml = (tolerance: number, quality = '{ large: 0.9, middle: 0.85, small: 0.6 }') => `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, upstream: gpt-large, inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 10 }
  middle: { provider: demo, upstream: gpt-middle, inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 2 }
  small: { provider: demo, upstream: gpt-small, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 }
policy: { kind: pair, strong: large, weak: small }
policies:
  by-length: { kind: cheapest-good-enough, candidates: [large, small], router: length, tolerance: ${tolerance} }
  by-table: { kind: cheapest-good-enough, candidates: [large, middle, small], quality: ${quality}, tolerance: ${tolerance} }
  plain: { kind: fixed, model: small }
`

function contextWith(config: string): JobContext & { warnings: string[] } {
  const warnings: string[] = []
  return {
    signal: new AbortController().signal,
    onProgress() {},
    onWarning: (message) => warnings.push(message),
    warnings,
    workspace: {
      folder,
      config: parseConfig(config, 'routellm.yaml'),
      dependencies: { embedderOptions: {}, hub: {} },
    },
  }
}

const random = createRandom(3)
/** Long prompts are hard for small, whatever their topic. */
const labels = Array.from({ length: 300 }, (_, i) => {
  const words = 1 + Math.floor(random.next() * 120)
  return {
    prompt: `Request ${i}: ${'word '.repeat(words)}`,
    scores: { large: 1, middle: i % 50 === 0 ? 0 : 1, small: random.next() < words / 150 ? 0 : 1 },
  }
})

async function calibrate(policy: string, target: object, rows: readonly object[] = labels) {
  await writeFile(join(folder, 'labels.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const given = { labels: 'labels.jsonl', prompts: 'labels.jsonl', ...target } as Parameters<
    typeof calibratePolicy
  >[1]
  return calibratePolicy({ name: policy }, given, contextWith(yaml(0.5)))
}

/** How the policy itself answers the labels at a tolerance. */
async function serve(policy: string, tolerance: number) {
  const { workspace, signal } = contextWith(yaml(tolerance))
  const open = await openPolicies([findPolicySpec(workspace.config, policy)], workspace)
  const chosen: ('large' | 'middle' | 'small')[] = []
  for (const { prompt } of labels) {
    const needs = { ...noNeeds, inputTokens: Math.ceil(prompt.length / 4) }
    const request = { prompt: promptFromText(prompt), messages: [], needs, cachedTokens: null }
    const { model } = await open.policies[0]!.policy.choose(request, signal)
    chosen.push(model.name as 'large')
  }
  await open.close()
  return chosen
}

describe('the tolerance for a guaranteed loss', () => {
  it('makes the policy answer the labels with the losses that it states', async () => {
    const found = await calibrate('by-length', { kind: 'loss', maxLoss: 0.1, confidence: 0.9 })
    if (!('maxLoss' in found) || !found.possible) throw new Error(JSON.stringify(found))
    expect(found).toMatchObject({ policy: 'by-length', labels: 300, requests: 300, basis: 'independent' })
    expect(found.bound).toBeLessThanOrEqual(0.1)
    const chosen = await serve('by-length', found.tolerance)
    const lost = labels.filter(({ scores }, row) => scores[chosen[row]!] < 1).length
    expect(lost).toBe(found.lossesAtTolerance)
    expect(lost).toBeLessThanOrEqual(found.losses)
    expect(found.shares.small).toBeCloseTo(chosen.filter((model) => model === 'small').length / 300, 12)
    // The next loss would be too many.
    expect(found.losses).toBeGreaterThan(10)
    expect(found.reference).toBe('large')
  })

  it('is as strict as a table needs, which tells no request from another', async () => {
    const found = await calibrate('by-table', { kind: 'loss', maxLoss: 0.05, confidence: 0.95 })
    // middle fails 6 of 300, small far more: the first is within .05, the second is not.
    expect(found).toMatchObject({ possible: true, losses: 6, shares: { middle: 1 } })
    expect('tolerance' in found && found.tolerance).toBeCloseTo(0.05, 9)
    expect(await calibrate('by-table', { kind: 'loss', maxLoss: 0.02, confidence: 0.95 })).toMatchObject({
      possible: false,
      reason: 'router',
    })
  })

  it('counts a label as the requests that it stands for, and refuses weights that do not fit', async () => {
    const drawn = labels.map((label) => ({ ...label, requests: 3 }))
    expect(await calibrate('by-table', { kind: 'loss', maxLoss: 0.05 }, drawn)).toMatchObject({
      labels: 300,
      requests: 900,
      about: 'requests',
      losses: 18,
    })
    const weighted = labels.map((label, row) => ({ ...label, weight: 1 + (row % 2) }))
    await expect(calibrate('by-table', { kind: 'loss', maxLoss: 0.05 }, weighted)).rejects.toThrow(
      expect.objectContaining({ code: 'weighted-labels' }),
    )
  })
})

describe('the tolerance for a quality or dollars', () => {
  it('keeps a part of the best single model, with its interval', async () => {
    const found = await calibrate('by-length', { kind: 'quality', minQuality: 0.95 })
    if (!('minQuality' in found) || !found.possible) throw new Error(JSON.stringify(found))
    expect(found.best).toBe('large')
    const chosen = await serve('by-length', found.tolerance)
    const mean = labels.reduce((sum, { scores }, row) => sum + scores[chosen[row]!], 0) / 300
    expect(found.quality).toBeCloseTo(mean, 12)
    expect(mean).toBeGreaterThanOrEqual(0.95)
    const [low, high] = found.qualityInterval
    expect(low).toBeLessThan(mean)
    expect(high).toBeGreaterThan(mean)
  })

  it('is the smallest within the budget', async () => {
    const found = await calibrate('by-length', { kind: 'budget', usdPerRequest: 0.003 })
    if (!('budgetUsdPerRequest' in found) || !found.possible) throw new Error(JSON.stringify(found))
    expect(found.usdPerRequest).toBeLessThanOrEqual(0.003)
    const tighter = await serve('by-length', found.tolerance * 0.9)
    const within = await serve('by-length', found.tolerance)
    const count = (models: readonly string[]) => models.filter((model) => model === 'small').length
    expect(count(tighter)).toBeLessThan(count(within))
    expect(await calibrate('by-length', { kind: 'budget', usdPerRequest: 0.00001 })).toMatchObject({
      possible: false,
      leastUsdPerRequest: expect.any(Number),
    })
  })
})

it('refuses a policy without a tolerance, one that is not there, and labels of other models', async () => {
  const target = { kind: 'loss', maxLoss: 0.05 }
  await expect(calibrate('plain', target)).rejects.toThrow(
    expect.objectContaining({ code: 'policy-without-tolerance' }),
  )
  await expect(calibrate('by-lenght', target)).rejects.toThrow(
    expect.objectContaining({ code: 'unknown-policy' }),
  )
  await expect(
    calibrate('by-table', target, [{ prompt: 'a', scores: { large: 1, small: 1 } }]),
  ).rejects.toThrow(expect.objectContaining({ code: 'labels-without-candidates' }))
})
