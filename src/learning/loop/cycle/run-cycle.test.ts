import { beforeAll, describe, expect, it } from 'vitest'
import { labelledPrompts } from '../../../../test/support/loop/labelled-traffic.ts'
import { loadEmbedder } from '../../../routing/embedding/registry.ts'
import { asBaseEmbedder, type BaseEmbedder } from '../../../routing/routers/few_label/prompt-space.ts'
import type { Router } from '../../../routing/routers/router.ts'
import { loadPriorRouter, type PriorRouter } from '../../training/few_label/prior.ts'
import type { LabelledRequest } from '../labelled-request.ts'
import type { CycleOptions } from './cycle-options.ts'
import type { CycleResult } from './cycle-result.ts'
import { runCycle } from './run-cycle.ts'

const pair = { strong: 'large', weak: 'small' }
const now = Date.parse('2026-11-28T12:00:00Z')
let embedder: BaseEmbedder
let prior: PriorRouter
beforeAll(async () => {
  embedder = asBaseEmbedder(await loadEmbedder('builtin', { hub: {} }))
  prior = await loadPriorRouter()
})

/** Two requests a session. */
function traffic(count: number, over: Partial<LabelledRequest> = {}, seed = 1): LabelledRequest[] {
  return labelledPrompts(count, seed).map(({ prompt, strong, weak }, index) => ({
    id: `r${index}`,
    session: `s${Math.floor(index / 2)}`,
    time: now - (count - index) * 60_000,
    prompt,
    vector: null,
    task: null,
    key: null,
    scores: { large: strong, small: weak },
    usd: { large: 0.01 + 0.0001 * (index % 11), small: 0.001 },
    source: 'shadow',
    propensity: 0.02,
    weight: 1,
    strongWinRate: null,
    ...over,
  }))
}

const always: Router = { name: 'always-strong', strongWinRate: () => 1 }
const inService = { router: always, threshold: 0.5 }
const options = (over: Partial<CycleOptions> = {}): CycleOptions => ({
  pair,
  name: 'learned',
  now,
  embedder,
  prior,
  mostTrained: 300,
  ...over,
})

describe('a cycle', () => {
  it('promotes a router that is shown to be cheaper and as good, with its certificate', async () => {
    const result = await runCycle(traffic(4_000), inService, options())
    expect(result.why).toMatch(/^The candidate is cheaper by/)
    expect(result.promoted).toBe(true)
    expect(result.candidate!.certificate).toMatchObject({
      maxLoss: 0.05,
      confidence: 0.95,
      validUntil: '2026-12-28',
    })
    expect(result.candidate!.evidence).toMatchObject({ against: 'always-strong' })
    expect(result.candidate!.evidence.lossBound).toBeLessThanOrEqual(0.05)
    expect(result.comparison!.candidate.usd).toBeLessThan(0.8 * result.comparison!.inService.usd)
    const { training, calibration, comparison } = result.labels
    expect(result.candidate!.artifact.manifest.calibration!.prompts).toBe(calibration.sessions)
    expect(training.sessions + calibration.sessions + comparison.sessions).toBe(2_000)
  })

  it('gives the same bytes again, and whatever the order of the rows', async () => {
    const rows = traffic(700)
    const [one, other] = [
      await runCycle(rows, inService, options()),
      await runCycle(rows.toReversed(), inService, options()),
    ]
    const plain = ({ candidate, ...rest }: CycleResult) => ({
      ...rest,
      candidate: { ...candidate, router: null },
    })
    expect(plain(other)).toEqual(plain(one))
  })

  it('learns from vectors if no text is kept', async () => {
    const rows = traffic(4_000).map((row) => ({
      ...row,
      prompt: null,
      vector: embedder.embedNow(row.prompt!),
      strongWinRate: 1,
    }))
    const result = await runCycle(rows, inService, options())
    expect(result.why).toMatch(/^The candidate is cheaper by/)
    expect(result.candidate!.artifact.manifest.options.reads).toBe('vectors')
  })

  it('says how many labels are missing', async () => {
    const result = await runCycle(traffic(100), inService, options())
    expect(result).toMatchObject({ promoted: false, candidate: null, comparison: null })
    expect(result.why).toMatch(/^About \d+ more labelled sessions are needed/)
  })

  it('does not promote what is not cheaper', async () => {
    const equallyDear = traffic(1_200, { usd: { large: 0.01, small: 0.01 } })
    const result = await runCycle(equallyDear, inService, options())
    expect(result.promoted).toBe(false)
    expect(result.why).toContain('not shown to be cheaper')
  })

  it('promotes what is dearer if the router in service is shown to break the promise', async () => {
    const cheap = { router: { name: 'always-weak', strongWinRate: () => 0 }, threshold: 0.5 }
    const result = await runCycle(traffic(1_200), cheap, options())
    expect(result.promoted).toBe(true)
    expect(result.why).toMatch(
      /^The candidate is promoted because the router in service loses \d+ of \d+ sessions, more than the 5 % that are allowed. Its dollars differ by \+\$/,
    )
    expect(result.comparison!.quality.value).toBeGreaterThan(0.1)
  })

  it.each([[[]], [['mallory']]])(
    'does not promote a worse router for 5 %% of hostile feedback, trusted keys: %j',
    async (trustedKeys) => {
      // In service is a router that knows which prompts are hard: nothing cheaper is as good.
      const hard = new Set(labelledPrompts(1_600).flatMap(({ prompt, isHard }) => (isHard ? [prompt] : [])))
      const knowing: Router = { name: 'knowing', strongWinRate: ({ text }) => (hard.has(text) ? 1 : 0) }
      const rows = traffic(1_600, { source: 'feedback', propensity: null }).map((row, index) =>
        index % 20 === 0 ? { ...row, key: 'mallory', scores: { large: row.scores.small!, small: 1 } } : row,
      )
      const result = await runCycle(
        rows,
        { router: knowing, threshold: 0.5 },
        options({ trustedKeys, trustsUnnamed: true }),
      )
      expect(result.comparison).not.toBeNull()
      expect(result.promoted).toBe(false)
      expect(result.labels.leftOut.untrusted).toBe(trustedKeys.length === 0 ? 80 : 0)
    },
  )

  it('stops when it is aborted', async () => {
    const controller = new AbortController()
    const running = runCycle(
      traffic(1_200),
      inService,
      options({ signal: controller.signal, onProgress: () => controller.abort('stop') }),
    )
    await expect(running).rejects.toBe('stop')
  })
})
