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
  certificates: [],
  canaries: [{ id: 'canary-x', policy: 'auto', sessions, verdict: 'guard', why: 'dearer', isRemoved: true }],
})

let experimenting: Experimenting | undefined
afterEach(() => experimenting?.close())

function evaluating(results: readonly unknown[]) {
  const warnings: string[] = []
  const asked: string[] = []
  const alarms: unknown[] = []
  let call = 0
  let onCalls: () => void = () => {}
  const called = new Promise<void>((resolve) => {
    onCalls = resolve
  })
  experimenting = createExperimenting({
    setAlarm: (policy, figure, alarm) => void alarms.push([policy, figure, alarm]),
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
  return { experimenting, warnings, asked, alarms, called }
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

  it('sets the alarms of the certificate in service, and those of no other', async () => {
    const alarm = { values: 300, evidence: 90, distance: 0.2 }
    const certificate = (sha256: string, found: object | null) => ({
      ...{ experiments: [], canaries: [] },
      certificates: [
        {
          ...{ policy: 'auto', sha256, similarity: null },
          quality: { values: 300, alarm: found },
        },
      ],
    })
    const at = evaluating([certificate('a', alarm), certificate('b', null), certificate('a', null)])
    const promise = { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: '2026-12-28' }
    const serving = {
      ...{ router: 'learned-1', artifact: 'one', sha256: 'a', threshold: 0.3, certificate: promise },
      evidence: { against: 'mf', apgr: null },
    }
    const routes = [{ name: 'auto', policy: null, serving, canary: null }]
    at.experimenting.configure({ ...tried, experiments: [], lock: { file: '/etc/l.yaml', routes } })
    await at.called
    expect(at.alarms.slice(0, 2)).toEqual([
      ['auto', 'quality', alarm],
      ['auto', 'quality', null],
    ])
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
