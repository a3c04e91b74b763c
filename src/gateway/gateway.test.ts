import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RouterError } from '../errors.ts'
import { createDemoProvider } from '../providers/demo/provider.ts'
import type { Policy } from '../routing/policies/policy.ts'
import type { ClosableRouter, Router } from '../routing/routers/router.ts'
import { createSessions, defaultSessionOptions } from '../routing/sessions/sessions.ts'
import type { TaskReader } from '../routing/tasks/task.ts'
import { createGateway, type GatewayParts } from './gateway.ts'

const strong = { name: 'strong', provider: 'demo', upstream: 'demo-strong' }
const weak = { name: 'weak', provider: 'demo', upstream: 'demo-weak' }

function gatewayOf(parts: Partial<GatewayParts> = {}) {
  return createGateway({
    routers: [routerOf(() => 0.4)],
    providers: [createDemoProvider()],
    models: [strong, weak],
    pair: { strong: 'strong', weak: 'weak' },
    auto: { kind: 'threshold', router: 'r', threshold: 0.5 },
    ...parts,
  })
}

function routerOf(strongWinRate: Router['strongWinRate']): Router {
  return { name: 'r', strongWinRate }
}

describe('decide', () => {
  it('returns at once, no promise, where the router does', () => {
    const gateway = gatewayOf()
    for (const _call of [1, 2]) {
      expect(gateway.decide({ model: 'router-r-0.5', prompt: 'x' })).toEqual({
        kind: 'routed',
        model: weak,
        policy: null,
        router: 'r',
        threshold: 0.5,
        strongWinRate: 0.4,
        side: 'weak',
        candidates: [strong, weak].map((model) => ({ model, usd: null, excluded: null })),
        scores: null,
        check: null,
        task: null,
      })
    }
  })

  it('says which policy or router a name without its prefix means', () => {
    const agents: Policy = {
      name: 'agents',
      models: [strong],
      safest: strong,
      choose: () => expect.unreachable(),
    }
    const gateway = gatewayOf({ policies: new Map([['agents', agents]]) })
    const decide = (model: string) => () => gateway.decide({ model, prompt: 'x' })
    expect(decide('agents')).toThrow(
      /Did you mean "policy-agents"\?.* policy-<name> with the policies agents, /,
    )
    expect(decide('r')).toThrow('Did you mean "router-r"?')
    expect(decide('policy-agent')).toThrow('Did you mean "agents"?')
  })

  it('names the kind of work of the text that was scored, at once or after waiting, and none for a model’s own name', async () => {
    const texts: string[] = []
    const taskReader: TaskReader = {
      taskOf(text) {
        texts.push(text)
        return text.includes('prove') ? 'proof' : null
      },
      read: () => null,
    }
    const routers = [routerOf(({ text }) => (text.includes('wait') ? Promise.resolve(0.6) : 0.4))]
    const gateway = gatewayOf({ routers, taskReader })
    const prompts = ['prove it', 'wait and prove it', 'hello']
    const decisions = await Promise.all(prompts.map((prompt) => gateway.decide({ model: 'auto', prompt })))
    expect(decisions.map((decision) => 'task' in decision && decision.task)).toEqual(['proof', 'proof', null])
    expect(texts).toEqual(prompts)
    expect(await gateway.decide({ model: 'weak', prompt: 'prove it' })).toEqual({
      kind: 'fixed-model',
      model: weak,
    })
    const failed = await gatewayOf({ routers: [routerOf(() => Number.NaN)], taskReader }).decide({
      model: 'auto',
      prompt: 'prove it',
    })
    expect(failed).toMatchObject({ kind: 'fallback', task: 'proof' })
  })

  it('decides without the kind of work if that cannot be read', async () => {
    const failing = () => {
      throw new TypeError('broken')
    }
    const warnings: string[] = []
    const gateway = gatewayOf({
      taskReader: { taskOf: failing, read: failing },
      log: { warn: (_fields, message) => void warnings.push(message) },
    })
    for (const _call of [1, 2])
      expect(gateway.decide({ model: 'auto', prompt: 'x' })).toMatchObject({ kind: 'routed', task: null })
    expect(await gateway.explain({ model: 'auto', prompt: 'x' })).toMatchObject({
      reason: 'routed',
      task: null,
    })
    expect(warnings).toEqual([expect.stringContaining('kind of work cannot be read')])
  })

  it('states no propensities if the conversation keeps another model than the policy drew', () => {
    const drawn = { model: strong }
    const candidates = [strong, weak].map((model) => ({ model, usd: null, excluded: null }))
    const draws: Policy = {
      name: 'draws',
      models: [strong, weak],
      safest: strong,
      choose: () => ({
        kind: 'routed',
        model: drawn.model,
        policy: 'draws',
        router: null,
        threshold: null,
        strongWinRate: null,
        side: null,
        candidates,
        scores: [0.5, 0.5],
        check: null,
        propensities: [0.4, 0.6],
      }),
    }
    const sessions = createSessions({ options: defaultSessionOptions, findTerms: () => null })
    const gateway = gatewayOf({ policies: new Map([['draws', draws]]), sessions })
    const ask = (turns: number) => {
      const messages = [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: '', tool_calls: [{}] },
        { role: 'tool', content: 'found' },
      ].slice(0, turns)
      const origin = { headers: { 'x-session-id': 'talk' }, body: { messages } }
      return gateway.decide({ model: 'policy-draws', messages, origin })
    }
    expect(ask(1)).toMatchObject({ model: strong, propensities: [0.4, 0.6] })
    drawn.model = weak
    const kept = ask(3)
    expect(kept).toMatchObject({ model: strong, session: { kept: 'tool-loop' } })
    expect(kept).not.toHaveProperty('propensities')
  })

  it('carries the vector of the text that was scored, and goes on without if that cannot be read', async () => {
    const warnings: string[] = []
    const log = { warn: (_fields: object, message: string) => void warnings.push(message) }
    const featuresOf = (text: string) => {
      if (text === 'x') throw new TypeError('broken')
      return `vector of ${text}`
    }
    const gateway = gatewayOf({ featuresOf, log })
    expect(gateway.decide({ model: 'auto', prompt: 'y' })).toMatchObject({ features: 'vector of y' })
    for (const _call of [1, 2])
      expect(gateway.decide({ model: 'auto', prompt: 'x' })).not.toHaveProperty('features')
    expect(warnings).toEqual([expect.stringContaining('vector of a prompt cannot be read')])
    const waiting = gatewayOf({ routers: [routerOf(async () => 0.4)], featuresOf })
    expect(await waiting.decide({ model: 'auto', prompt: 'z' })).toMatchObject({ features: 'vector of z' })
  })

  it('starts the explanation with the kind of work, as far as score and threshold agree with it', async () => {
    const taskReader: TaskReader = {
      taskOf: () => 'proof',
      read: () => ({ task: 'proof', probability: 0.71, strongShare: 0.8 }),
    }
    const explaining = (strongWinRate: number) => ({
      ...routerOf(() => strongWinRate),
      winRateQuantiles: [0, 0.5, 1],
      explain: () => ({ strongWinRate, contributions: [] }),
    })
    const summaryOf = async (router: Router, model = 'router-r-0.5') => {
      const decision = await gatewayOf({ routers: [router], taskReader }).explain({ model, prompt: 'x' })
      expect(decision.task).toBe('proof')
      return decision.explanation.summary
    }
    const better = 'reads like a proof (.71), which the strong model does better'
    expect(await summaryOf(explaining(0.6))).toBe(
      `${better}; strong win rate 0.6 ≥ threshold 0.5, so strong answers`,
    )
    expect(await summaryOf(explaining(0.4))).toMatch(
      /^reads like a proof \(\.71\), but an easy one; .* weak answers$/,
    )
    expect(await summaryOf(explaining(0.6), 'router-r-0.9')).toContain(
      `${better}, but its score is below the threshold; strong win rate 0.6 < threshold 0.9`,
    )
    expect(await summaryOf(routerOf(() => 0.6))).toMatch(/^reads like a proof \(\.71\); strong win rate/)
  })

  it('gives a router that waits a signal, and one that answered at once none', async () => {
    const signals: unknown[] = []
    const gateway = gatewayOf({
      routers: [
        routerOf(({ text }, signal) => {
          signals.push(signal)
          return text === 'wait' ? Promise.resolve(0.6) : 0.4
        }),
      ],
    })
    for (const prompt of ['now', 'now', 'wait', 'wait']) await gateway.decide({ model: 'auto', prompt })
    expect(signals.map((signal) => signal instanceof AbortSignal)).toEqual([true, false, false, true])
  })

  it('gives up with the caller’s reason once its signal aborts, before or while the router waits', async () => {
    let told: unknown
    const gateway = gatewayOf({
      routers: [
        routerOf((_prompt, signal) => {
          signal?.addEventListener('abort', () => {
            told = signal.reason
          })
          return new Promise(() => {})
        }),
      ],
    })
    const reason = new Error('enough')
    const controller = new AbortController()
    const routing = gateway.decide({ model: 'auto', prompt: 'x' }, controller.signal)
    controller.abort(reason)
    await expect(routing).rejects.toBe(reason)
    expect(told).toBe(reason)
    await expect(gateway.decide({ model: 'auto', prompt: 'x' }, controller.signal)).rejects.toBe(reason)
  })

  it('makes the signal only for a router that is waited for', async () => {
    let made = 0
    const signal = () => {
      made++
      return new AbortController().signal
    }
    const now = gatewayOf({ routers: [routerOf(() => 0.5)] })
    for (let time = 0; time < 3; time++) now.decide({ model: 'auto', prompt: 'x' }, signal)
    expect(made).toBe(0)
    await gatewayOf({ routers: [routerOf(async () => 0.5)] }).decide({ model: 'auto', prompt: 'x' }, signal)
    expect(made).toBe(1)
  })

  it('obeys a router that has too much to do, at once or later', async () => {
    const full = new RouterError('inference-queue-full', 'Too many.', { status: 429 })
    const later = gatewayOf({ routers: [routerOf(() => Promise.reject(full))] })
    await expect(later.decide({ model: 'auto', prompt: 'x' })).rejects.toBe(full)
    const atOnce = gatewayOf({
      routers: [
        routerOf(() => {
          throw full
        }),
      ],
    })
    expect(() => atOnce.decide({ model: 'auto', prompt: 'x' })).toThrow(full)
  })

  it('tells the log what our own errors say, and of foreign ones only the name', async () => {
    const warnings: object[] = []
    const log = { warn: (fields: object) => warnings.push(fields) }
    const ours = new RouterError('x-no-weights', 'The weights are gone.')
    for (const error of [ours, new TypeError('the prompt was: planted')]) {
      const gateway = gatewayOf({ log, routers: [routerOf(() => Promise.reject(error))] })
      expect(await gateway.decide({ model: 'auto', prompt: 'planted' })).toMatchObject({
        kind: 'fallback',
        fallback: 'router-error',
        model: strong,
      })
    }
    expect(warnings).toEqual([
      { fallback: 'router-error', router: 'r', problem: 'x-no-weights: The weights are gone.' },
      { fallback: 'router-error', router: 'r', problem: 'it threw TypeError' },
    ])
  })

  it('property: raising the threshold never turns weak into strong', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 1000 }),
        (winRate, a, b) => {
          const gateway = gatewayOf({ routers: [routerOf(() => winRate)] })
          const isStrong = (threshold: number) => {
            const routing = gateway.decide({ model: `router-r-${(threshold / 1000).toFixed(3)}`, prompt: '' })
            return !(routing instanceof Promise) && routing.model === strong
          }
          expect(Number(isStrong(Math.max(a, b)))).toBeLessThanOrEqual(Number(isStrong(Math.min(a, b))))
        },
      ),
      { seed: 6 },
    )
  })
})

describe('explain', () => {
  it.each([
    [0.5, 0.5, 'strong win rate 0.5 ≥ threshold 0.5, so strong answers'],
    [0.4999, 0.5, 'strong win rate 0.4999 < threshold 0.5, so weak answers'],
    [0.123456, 0.5, 'strong win rate 0.12 < threshold 0.5, so weak answers'],
    [0.123456, 0.12, 'strong win rate 0.123 ≥ threshold 0.12, so strong answers'],
    [0.3, 0.246926991, 'strong win rate 0.3 ≥ threshold 0.2469, so strong answers'],
    [0.24691, 0.246926991, 'strong win rate 0.2469 < threshold 0.246926991, so weak answers'],
    [0.24695, 0.246926991, 'strong win rate 0.25 ≥ threshold 0.2469, so strong answers'],
  ])('%d against %d: %s', async (winRate, threshold, summary) => {
    const gateway = gatewayOf({ routers: [routerOf(() => winRate)] })
    const decision = await gateway.explain({ model: `router-r-${threshold}`, prompt: 'x' })
    expect(decision.explanation).toEqual({ summary, contributions: [], flipsAt: winRate })
  })

  it('of a fixed model and of a failed router say that nothing was scored', async () => {
    const gateway = gatewayOf({ routers: [routerOf(() => Number.NaN)] })
    expect(await gateway.explain({ model: 'weak', messages: [] })).toMatchObject({
      reason: 'fixed-model',
      model: 'weak',
      router: null,
      explanation: { flipsAt: null },
    })
    expect(await gateway.explain({ model: 'auto', prompt: 'x' })).toMatchObject({
      reason: 'fallback',
      fallback: 'router-error',
      model: 'strong',
      strongWinRate: null,
      explanation: { summary: expect.stringContaining('it returned NaN'), flipsAt: null },
    })
  })
})

describe('createGateway', () => {
  const calibrated = { ...routerOf(() => 0.5), winRateQuantiles: [0, 0.2, 0.6] }

  it('reads a share of strong calls off the router’s quantiles', () => {
    const gateway = gatewayOf({
      routers: [calibrated],
      auto: { kind: 'strong-percent', router: 'r', strongPercent: 25 },
    })
    expect(gateway.decide({ model: 'auto', prompt: '' })).toMatchObject({
      threshold: expect.closeTo(0.4, 12),
    })
    expect(gateway.decide({ model: 'router-r-50pct', prompt: '' })).toMatchObject({ threshold: 0.2 })
  })

  it.each<[string, Partial<GatewayParts>, string]>([
    ['two routers of one name', { routers: [routerOf(() => 0), routerOf(() => 1)] }, 'duplicate-name'],
    ['two models of one name', { models: [strong, weak, weak] }, 'duplicate-name'],
    ['a pair that is not there', { pair: { strong: 'strong', weak: 'none' } }, 'unknown-model'],
    [
      'a provider that is not there',
      { models: [strong, weak, { ...weak, name: 'x', provider: 'y' }] },
      'unknown-provider',
    ],
    ['a model named auto', { models: [strong, weak, { ...weak, name: 'auto' }] }, 'reserved-model-name'],
    [
      'a model named as a router',
      { models: [strong, weak, { ...weak, name: 'router-x' }] },
      'reserved-model-name',
    ],
    ['auto of no router', { auto: { kind: 'threshold', router: 'none', threshold: 0.5 } }, 'bad-auto'],
    ['auto above 1', { auto: { kind: 'threshold', router: 'r', threshold: 2 } }, 'bad-auto'],
    [
      'auto by percent without calibration',
      { auto: { kind: 'strong-percent', router: 'r', strongPercent: 5 } },
      'bad-auto',
    ],
  ])('refuses %s', (_what, parts, code) => {
    expect(() => gatewayOf(parts)).toThrow(expect.objectContaining({ name: 'ConfigError', code }))
  })
})

describe('what a router gives besides', () => {
  const nearest = [{ prompt: 'like it', similarity: 0.9, modelA: 'a', modelB: 'b', winA: 1 }]
  const explaining = (explanation: object): Router & { explain: unknown } => ({
    ...routerOf(() => 0.4),
    explain: () => ({ strongWinRate: 0.4, contributions: [], ...explanation }),
  })

  it('is told: its one reason, and the labelled prompts it looked at', async () => {
    const gateway = gatewayOf({ routers: [explaining({ reason: 'rule 2 (code) matches', nearest })] })
    const { explanation } = await gateway.explain({ model: 'auto', prompt: 'x' })
    expect(explanation.summary).toBe(
      'strong win rate 0.4 < threshold 0.5, so weak answers; rule 2 (code) matches',
    )
    expect(explanation.nearest).toEqual(nearest)
  })

  it('is not there where it gives none', async () => {
    const { explanation } = await gatewayOf({ routers: [explaining({})] }).explain({
      model: 'auto',
      prompt: 'x',
    })
    expect(explanation).not.toHaveProperty('nearest')
  })
})

describe('close', () => {
  it('closes the providers, and the routers that can be closed', async () => {
    const closed: string[] = []
    const closable: ClosableRouter = {
      ...routerOf(() => 0.4),
      name: 'thread',
      close: async () => void closed.push('thread'),
    }
    const gateway = gatewayOf({
      routers: [routerOf(() => 0.4), closable],
      providers: [{ ...createDemoProvider(), close: async () => void closed.push('demo') }],
    })
    await gateway.close()
    expect(closed.toSorted()).toEqual(['demo', 'thread'])
  })
})
