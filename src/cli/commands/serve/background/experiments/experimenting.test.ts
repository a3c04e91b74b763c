import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '../../../../../config/config.ts'
import { parseConfig } from '../../../../../config/parse-config.ts'
import { createExperimenting, type Experimenting } from './experimenting.ts'

const rule = '{ outcome: usd, is: below, limit: 0 }'
const tried: Config = parseConfig(
  `version: 1
policies: { one: { kind: fixed, model: strong }, two: { kind: fixed, model: weak } }
experiments: { cheaper: { control: one, treatment: two, plannedSessions: 10, mostUsdPerSession: 1, success: [${rule}] } }`,
  '/etc/routellm.yaml',
)
const sessions = { control: 3, treatment: 4 }
const result = (kind: string, problem: string | null = null) => ({
  experiments: [{ id: 'cheaper', sessions, verdict: { kind }, problem }],
  canaries: [{ id: 'canary-x', policy: 'auto', sessions, verdict: 'guard', why: 'dearer', isRemoved: true }],
})

let experimenting: Experimenting | undefined
afterEach(() => experimenting?.close())

function evaluating(results: readonly unknown[]) {
  const warnings: string[] = []
  const asked: string[] = []
  let call = 0
  let onCalls: () => void = () => {}
  const called = new Promise<void>((resolve) => {
    onCalls = resolve
  })
  experimenting = createExperimenting({
    log: { warn: (_fields, message) => void warnings.push(message), error() {} },
    async evaluate(file) {
      asked.push(file)
      const next = results[call++]
      if (call > results.length) {
        onCalls()
        return JSON.stringify(results.at(-1))
      }
      if (next instanceof Error) throw next
      return JSON.stringify(next)
    },
    everyMs: 1,
    firstMs: 1,
  })
  return { experimenting, warnings, asked, called }
}

describe('the evaluation of experiments beside a server', () => {
  it('stops what is over, once, and goes on', async () => {
    const at = evaluating([result('running'), result('guard'), result('guard')])
    at.experimenting.configure(tried)
    expect(at.experimenting.isStopped('cheaper')).toBe(false)
    await at.called
    expect(at.experimenting.isStopped('cheaper')).toBe(true)
    expect(at.experimenting.isStopped('canary-x')).toBe(true)
    expect(at.warnings).toEqual([
      'a canary is rolled back',
      'an experiment has ended; everyone gets its control again',
    ])
    expect(at.asked[0]).toBe('/etc/routellm.yaml')
  })

  it('warns of a failure and tries again', async () => {
    const at = evaluating([new Error('no store'), result('running', 'it has begun with other rules')])
    at.experimenting.configure(tried)
    await at.called
    expect(at.warnings.slice(0, 2)).toEqual([
      'the experiments cannot be evaluated; it is tried again',
      'an experiment is not evaluated',
    ])
    expect(at.experimenting.isStopped('cheaper')).toBe(false)
  })
})
