import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type ScriptedTurn,
  type Shape,
  shapes,
  toAgentRequests,
} from '../../../test/support/conversations/agent-requests.ts'
import type { Model } from '../catalogue/model.ts'
import type { RoutedChoice } from '../policies/choice.ts'
import { findCacheTerms } from './cache-costs.ts'
import { createSessions, defaultSessionOptions } from './sessions.ts'

function model(name: string, upstream: string, input: number): Model {
  return {
    name,
    provider: 'p',
    upstream,
    inputUsdPerMillionTokens: input,
    outputUsdPerMillionTokens: 5 * input,
  }
}
const models: readonly Model[] = [
  { ...model('low', 'big', 5), effort: 'low' },
  { ...model('high', 'big', 5), effort: 'high' },
  model('small', 'small', 1),
  { name: 'local', provider: 'q', upstream: 'local' },
]
const candidates = models.map((each) => ({ model: each, usd: null, excluded: null }))

/** What the policy wants at one request, when it comes, and how its reply ends. */
type Event = {
  readonly wish: number
  readonly scores: readonly number[]
  readonly waitMinutes: number
  readonly isAnswered: boolean
  readonly hasUsage: boolean
}

const text = fc.constantFrom('ok', 'a.ts', 'Error: no', 'word '.repeat(2000))
const call = fc.record({
  name: fc.constantFrom('bash', 'edit'),
  input: fc.constantFrom('ls', 'npm test'),
  output: text,
  isFailed: fc.boolean(),
})
const turn: fc.Arbitrary<ScriptedTurn> = fc.record({
  words: fc.constantFrom('Fix the loop in a.ts', 'go on', 'No, that is wrong', 'word '.repeat(2000)),
  calls: fc.array(call, { maxLength: 6 }),
  answer: fc.constantFrom('Done.', 'word '.repeat(500)),
})
const event: fc.Arbitrary<Event> = fc.record({
  wish: fc.nat({ max: models.length - 1 }),
  scores: fc.array(fc.double({ min: 0, max: 1, noNaN: false }), {
    minLength: models.length,
    maxLength: models.length,
  }),
  waitMinutes: fc.constantFrom(0, 1, 6, 90),
  isAnswered: fc.boolean(),
  hasUsage: fc.boolean(),
})

function choose({ wish, scores }: Event): RoutedChoice {
  const shared = { policy: 'p', router: null, threshold: null, strongWinRate: null, side: null, check: null }
  return { kind: 'routed', model: models[wish]!, ...shared, candidates, scores }
}

/** Replays a conversation. @returns the model of each request, beside whether it is in a tool loop. */
function replay(shape: Shape, turns: readonly ScriptedTurn[], events: readonly Event[]) {
  let now = 1e12
  const sessions = createSessions({
    options: defaultSessionOptions,
    findTerms: (provider) => (provider === 'p' ? findCacheTerms('anthropic') : null),
    now: () => now,
  })
  return toAgentRequests(shape, turns).map((request, index) => {
    const happening = events[index % events.length]!
    now += happening.waitMinutes * 60_000
    const opened = sessions.open({ ...request, name: 'auto', inputTokens: 0 })
    const { choice, session } = opened.settle(choose(happening))
    opened.begin(choice.model, models[happening.wish]!)
    const tokens = happening.hasUsage
      ? { input: 5000 + 100 * index, cachedInput: 100 * index, output: 10 }
      : null
    const { isAnswered } = happening
    sessions.end(opened.key, { model: choice.model, isAnswered, tokens, responseId: null })
    return { isInToolLoop: request.isInToolLoop, turn: request.turn, model: choice.model.name, session }
  })
}

it.each(shapes)('property: %s never switches inside a tool loop, whatever the policy wants', (shape) => {
  fc.assert(
    fc.property(
      fc.array(turn, { minLength: 1, maxLength: 5 }),
      fc.array(event, { minLength: 1, maxLength: 8 }),
      (turns, events) => {
        const steps = replay(shape, turns, events)
        for (const [index, step] of steps.entries()) {
          if (!step.isInToolLoop) continue
          expect([step.model, step.session.switched]).toEqual([steps[index - 1]!.model, null])
        }
        expect(steps.map(({ session }) => session.turn)).toEqual(steps.map((step) => step.turn + 1))
      },
    ),
    { seed: 13, numRuns: 150 },
  )
})

it('property: switches at turns of the user, so that the property above is not empty', () => {
  const event: Event = { wish: 2, scores: [0, 0, 0, 0], waitMinutes: 0, isAnswered: true, hasUsage: false }
  const turns = Array.from({ length: 2 }, () => ({ words: 'Fix it', calls: [], answer: 'ok' }))
  const steps = replay('codex', turns, [event, { ...event, wish: 1, scores: [0, 1, 0, 0] }])
  expect(steps.map((step) => step.model)).toEqual(['small', 'high'])
  expect(steps.map((step) => step.session.switched)).toEqual([null, 'user-turn'])
})
