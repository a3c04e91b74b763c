import { expect, it } from 'vitest'
import { noNeeds } from '../../catalogue/request-needs.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { createPairPolicies } from './policy.ts'

const model = (name: string) => ({ name, provider: 'p', upstream: name })

/** @param answer what the router says of the prompt. */
function choose(answer: () => number, pace?: number) {
  const create = createPairPolicies({ strong: model('large'), weak: model('small'), routerTimeoutMs: 500 })
  const policy = create({
    policy: 'p',
    router: { name: 'said', strongWinRate: answer },
    threshold: 0.5,
  })
  return policy.choose({
    ...{ prompt: promptFromText(''), messages: [], needs: noNeeds, cachedTokens: null },
    ...(pace !== undefined && { pace }),
  })
}

it('a pace raises the threshold, and the choice has the one that it was raised from', () => {
  expect(choose(() => 0.6, 2)).toMatchObject({ threshold: 0.75, ownThreshold: 0.5, pace: 2, side: 'weak' })
  expect(choose(() => 0.75, 2)).toMatchObject({ side: 'strong' })
  for (const pace of [undefined, 1]) {
    const usual = choose(() => 0.6, pace)
    expect(usual).toMatchObject({ threshold: 0.5, side: 'strong' })
    expect(Object.keys(usual)).not.toContain('ownThreshold')
  }
})

it('the threshold of a choice without a score is the own one: nothing was compared with a raised one', () => {
  const fail = () => {
    throw new Error('it is down')
  }
  expect(choose(fail, 2)).toMatchObject({ kind: 'fallback', threshold: 0.5 })
})
