import { describe, expect, it } from 'vitest'
import { createDemoProvider } from '../../../providers/demo/provider.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import type { Choice, RoutedChoice } from '../../../routing/policies/choice.ts'
import { createFixedPolicy } from '../../../routing/policies/fixed/policy.ts'
import { createPairPolicies } from '../../../routing/policies/pair/policy.ts'
import type { Policy } from '../../../routing/policies/policy.ts'
import type { Router } from '../../../routing/routers/router.ts'
import { createSessions, defaultSessionOptions } from '../../../routing/sessions/sessions.ts'
import { createGateway, type GatewayParts } from '../../gateway.ts'
import type { Decision, PolicyDecision } from '../decision.ts'
import type { RouteRequest } from '../route-request.ts'
import { createArmOf } from './experiments.ts'
import { createExploration } from './exploration.ts'
import { sessionFraction } from './session-fraction.ts'

const [strong, middle, weak] = ['strong', 'middle', 'weak'].map((name) => ({
  name,
  provider: 'demo',
  upstream: 'demo-strong',
})) as [Model, Model, Model]
const names = (count: number) => Array.from({ length: count }, (_, index) => `session-${index}`)

/** Within five standard deviations of a binomial share: one run of two million is outside by chance, and seeds are fixed. */
function expectShare(count: number, of: number, share: number): void {
  expect(Math.abs(count - of * share)).toBeLessThan(5 * Math.sqrt(of * share * (1 - share)))
}

describe('the fraction of a session', () => {
  it('is uniform: Kolmogorov’s distance of 20,000 is below its 99.9 % quantile', () => {
    const fractions = names(20_000)
      .map((session) => sessionFraction(0, 'cheaper', session))
      .toSorted((one, other) => one - other)
    const distance = Math.max(
      ...fractions.map((fraction, index) => Math.abs(fraction - (index + 0.5) / fractions.length)),
    )
    expect(distance).toBeLessThan(1.95 / Math.sqrt(fractions.length))
  })

  it('is independent between experiments and seeds: all four quadrants have a quarter', () => {
    for (const [seed, what] of [
      [0, 'other'],
      [1, 'cheaper'],
    ] as const) {
      const both = names(20_000).filter(
        (session) =>
          sessionFraction(0, 'cheaper', session) < 0.5 && sessionFraction(seed, what, session) < 0.5,
      )
      expectShare(both.length, 20_000, 0.25)
    }
  })

  it('is the same on every machine', () => {
    expect(sessionFraction(7, 'cheaper', 'a-session')).toBe(sessionFraction(7, 'cheaper', 'a-session'))
    // printf '7\0cheaper\0a-session' | sha256sum | head -c 12
    expect(sessionFraction(7, 'cheaper', 'a-session')).toBe(0x3ec386ed44db / 2 ** 48)
  })
})

describe('an experiment', () => {
  const control: Policy = createFixedPolicy('strong', strong)
  const treatment: Policy = createFixedPolicy('weak', weak)
  const experiment = { id: 'cheaper', control, treatment, share: 0.1, seed: 0 }

  it('gives the treatment its share of the sessions, and always the same ones', () => {
    const armOf = createArmOf([experiment], () => false)
    const treated = names(20_000).filter((session) => armOf(control, session)?.experiment.arm === 'treatment')
    expectShare(treated.length, 20_000, 0.1)
    const replica = createArmOf([{ ...experiment }], () => false)
    for (const session of treated.slice(0, 100)) expect(replica(control, session)?.policy).toBe(treatment)
    expect(armOf(treatment, 'session-1')).toBeNull()
  })

  it('gives everyone the control once it is stopped, and the next experiment of the policy its sessions', () => {
    const stopped = new Set<string>()
    const canary = { ...experiment, id: 'canary-x', share: 0.5 }
    const armOf = createArmOf([experiment, canary], (id) => stopped.has(id))
    const ids = () => new Set(names(100).map((session) => armOf(control, session)?.experiment.id))
    expect(ids()).toEqual(new Set(['cheaper']))
    stopped.add('cheaper')
    expect(ids()).toEqual(new Set(['canary-x']))
    stopped.add('canary-x')
    expect(ids()).toEqual(new Set([undefined]))
  })
})

describe('exploration', () => {
  const choice: RoutedChoice = {
    ...{ kind: 'routed', model: middle, policy: 'p', router: 'r', threshold: null, strongWinRate: null },
    ...{ side: null, scores: [0.9, 0.8, 0.2], check: null },
    candidates: [strong, middle, weak].map((model) => ({ model, usd: null, excluded: null })),
  }
  const shareOf = (model: Model, of: RoutedChoice, count = 20_000) =>
    names(count).filter((session) => exploration.explore(of, session)?.choice.model === model).length
  const exploration = createExploration({ share: 0.3, seed: 0 })

  it('chooses each model as often as its probability says, which sum to 1', () => {
    const propensities = exploration.propensities(choice.candidates, 'middle')!
    const expected = [0.1, 0.8, 0.1]
    expect(propensities.reduce((sum, each) => sum + each)).toBeCloseTo(1, 12)
    for (const [index, model] of [strong, middle, weak].entries()) {
      expect(propensities[index]).toBeCloseTo(expected[index]!, 12)
      expectShare(shareOf(model, choice), 20_000, expected[index]!)
    }
  })

  it('never chooses one that cannot answer, and a session keeps its model if another cannot', () => {
    const without = {
      ...choice,
      candidates: choice.candidates.map((each) =>
        each.model === strong ? { ...each, excluded: 'context' as const } : each,
      ),
    }
    expect([...exploration.propensities(without.candidates, 'middle')!]).toEqual(
      [0, 0.85, 0.15].map((each) => expect.closeTo(each)),
    )
    expect(shareOf(strong, without)).toBe(0)
    expectShare(shareOf(weak, without), 20_000, 0.15)
    for (const session of names(500)) {
      const before = exploration.explore(choice, session)!
      if (before.choice.model !== strong)
        expect(exploration.explore(without, session)!.choice.model).toBe(before.choice.model)
    }
  })

  it('leaves alone what is checked, what the policy draws itself, and what was not scored', () => {
    const check = { verifier: null, threshold: 0.5, strong } as unknown as RoutedChoice['check']
    const { candidates, model, policy } = choice
    const fallback: Choice = {
      ...{
        kind: 'fallback',
        fallback: 'router-error',
        router: 'r',
        threshold: null,
        side: null,
        problem: '',
      },
      ...{ candidates, model, policy },
    }
    for (const session of names(50)) {
      expect(exploration.explore({ ...choice, check }, session)).toBeNull()
      expect(exploration.explore({ ...choice, propensities: [0.2, 0.6, 0.2] }, session)).toBeNull()
      expect(exploration.explore(fallback, session)).toBeNull()
    }
  })
})

describe('a gateway that draws', () => {
  const router: Router = { name: 'r', strongWinRate: ({ text }) => (text.includes('hard') ? 0.9 : 0.1) }
  const treatment = createPairPolicies({ strong, weak, routerTimeoutMs: 500 })({
    policy: 'dear',
    router,
    threshold: 0,
  })

  function gatewayOf(parts: Partial<GatewayParts>) {
    return createGateway({
      routers: [router],
      providers: [createDemoProvider()],
      models: [strong, middle, weak],
      pair: { strong: 'strong', weak: 'weak' },
      auto: { kind: 'threshold', router: 'r', threshold: 0.5 },
      policies: new Map([['dear', treatment]]),
      sessions: createSessions({ options: defaultSessionOptions, findTerms: () => null }),
      ...parts,
    })
  }

  const user = (content: string) => ({ role: 'user', content })
  const assistant = (content: string) => ({ role: 'assistant', content })

  function ask(
    gateway: ReturnType<typeof gatewayOf>,
    session: string | null,
    messages: object[] = [user('easy')],
    more: Partial<RouteRequest> = {},
  ): PolicyDecision {
    const headers = session === null ? {} : { 'x-routellm-session': session }
    return gateway.decide({
      model: 'auto',
      messages,
      origin: { headers, body: {} },
      ...more,
    } as RouteRequest) as PolicyDecision
  }

  const experiments = [{ id: 'cheaper', control: 'auto', treatment, share: 0.5, seed: 0 }]

  it('decides by the arm of the session, in all its turns', () => {
    const gateway = gatewayOf({ experiments })
    const arms = new Set<string>()
    for (const session of names(40)) {
      const first = ask(gateway, session)
      arms.add(first.experiment!.arm)
      expect(first.policy).toBe(first.experiment!.arm === 'treatment' ? 'dear' : null)
      expect(first.model).toBe(first.experiment!.arm === 'treatment' ? strong : weak)
      const next = ask(gateway, session, [user('easy'), assistant('Yes.'), user('hard, and more')])
      expect(next.experiment).toEqual(first.experiment)
      expect(next.session?.turn).toBe(2)
    }
    expect([...arms].toSorted()).toEqual(['control', 'treatment'])
  })

  it('keeps the arm of a conversation that is known by its first turns, or continued by the id of a response', () => {
    const gateway = gatewayOf({ experiments })
    for (const words of names(40)) {
      const first = ask(gateway, null, [user(words)])
      const second = ask(gateway, null, [user(words), assistant('Yes.'), user('hard')])
      expect(second.experiment).toEqual(first.experiment)
      gateway.sessions!.end(second.session!.key, {
        ...{ model: second.model, isAnswered: true, tokens: null, responseId: `resp-${words}` },
      })
      const third = ask(gateway, null, [user('go on')], {
        origin: { headers: {}, body: { previous_response_id: `resp-${words}` } },
      })
      expect(third.session?.id).toBe(first.session?.id)
      expect(third.experiment).toEqual(first.experiment)
    }
  })

  it('takes a request without a conversation by its own id, and one without any id not at all', () => {
    const gateway = gatewayOf({ experiments })
    const armOf = (id: string) =>
      (gateway.decide({ model: 'auto', id, prompt: 'easy' }) as PolicyDecision).experiment?.arm
    const treated = names(1000).filter((id) => armOf(id) === 'treatment')
    expectShare(treated.length, 1000, 0.5)
    expect(gateway.decide({ model: 'auto', prompt: 'easy' })).not.toHaveProperty('experiment')
  })

  it('leaves names of models, of routers and of other policies alone', () => {
    const gateway = gatewayOf({ experiments, exploration: { share: 1, seed: 0 } })
    for (const session of names(20)) {
      const decide = (model: string): Decision => ask(gateway, session, [user('easy')], { model })
      expect(decide('middle')).toEqual({ kind: 'fixed-model', model: middle })
      for (const model of ['router-r-0.5', 'router-r'])
        for (const key of ['experiment', 'propensities']) expect(decide(model)).not.toHaveProperty(key)
      expect(decide('policy-dear')).not.toHaveProperty('experiment')
    }
  })

  it('explores by session: the turns keep the drawn model, and the probabilities of the turn that drew it', () => {
    const share = 0.4
    const gateway = gatewayOf({ exploration: { share, seed: 0 } })
    let drawn = 0
    for (const session of names(400)) {
      const first = ask(gateway, session)
      expect([...(first.propensities as Float64Array)]).toEqual(
        [0.2, 0.8].map((each) => expect.closeTo(each)),
      )
      if (first.model === strong) drawn++
      // The router says strong now; a session that explores stays all the same.
      const messages = [user('easy'), assistant('Yes.'), user('hard')]
      const second = ask(gateway, session, messages)
      const isExploring = sessionFraction(0, 'exploration', session) < share
      if (isExploring) {
        expect(second.model).toBe(first.model)
        expect(second.propensities).toEqual(first.propensities)
      } else
        expect(Array.from(second.propensities!).toSorted()).toEqual(
          [0.2, 0.8].map((each) => expect.closeTo(each)),
        )
    }
    expectShare(drawn, 400, 0.2)
  })

  it('never changes the model within a tool loop', () => {
    const before = gatewayOf({})
    const call = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'ls', arguments: '{}' } }],
    }
    const loop = [user('easy'), call, { role: 'tool', tool_call_id: 'c', content: 'a.ts' }]
    for (const session of names(30)) ask(before, session)
    const exploration = createExploration({ share: 1, seed: 0 })
    const after = gatewayOf({ sessions: before.sessions!, exploration: { share: 1, seed: 0 } })
    for (const session of names(30)) {
      const decision = ask(after, session, loop)
      expect(decision.model).toBe(weak)
      // Where the draw was not followed, there is no probability.
      const { check: _, ...choice } = decision as RoutedChoice
      const { propensities: __, ...undrawn } = choice
      const drawn = exploration.explore({ ...undrawn, check: null }, session)
      expect('propensities' in decision).toBe(drawn?.choice.model === weak)
    }
  })

  it('explains the arm and the draw', async () => {
    const gateway = gatewayOf({ experiments, exploration: { share: 1, seed: 0 } })
    const explained = await Promise.all(
      names(10).map((session) =>
        gateway.explain({
          model: 'auto',
          messages: [user('easy')],
          origin: { headers: { 'x-routellm-session': session }, body: {} },
        } as RouteRequest),
      ),
    )
    for (const [index, { experiment, model, explanation }] of explained.entries()) {
      const decision = ask(gatewayOf({ experiments, exploration: { share: 1, seed: 0 } }), `session-${index}`)
      expect(experiment).toEqual(decision.experiment)
      expect(model).toBe(decision.model.name)
      expect(explanation.summary).toContain(
        `the session is in the ${decision.experiment!.arm} of the experiment cheaper`,
      )
      expect(explanation.summary).toContain('its model is drawn at random')
    }
  })
})
