import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../../errors.ts'
import { parseModelName } from './model-name.ts'

const routers = [
  'mf',
  'sw_ranking',
  'my-own-2',
  'router',
  'my-router',
  'my-router-1',
  'my-router-2',
  '4',
  'pct',
]

describe('parseModelName', () => {
  it.each([
    ['auto', { kind: 'auto' }],
    ['router-mf-0.5', { kind: 'router-threshold', router: 'mf', threshold: 0.5 }],
    ['router-mf-0', { kind: 'router-threshold', router: 'mf', threshold: 0 }],
    ['router-mf-1', { kind: 'router-threshold', router: 'mf', threshold: 1 }],
    ['router-mf-1.000', { kind: 'router-threshold', router: 'mf', threshold: 1 }],
    ['router-mf-.25', { kind: 'router-threshold', router: 'mf', threshold: 0.25 }],
    ['router-sw_ranking-0.25', { kind: 'router-threshold', router: 'sw_ranking', threshold: 0.25 }],
    ['router-my-own-2-0.11593', { kind: 'router-threshold', router: 'my-own-2', threshold: 0.11593 }],
    ['router-router-0.5', { kind: 'router-threshold', router: 'router', threshold: 0.5 }],
    ['router-mf-30pct', { kind: 'router-percent', router: 'mf', strongCallPercent: 30 }],
    ['router-mf-2.5pct', { kind: 'router-percent', router: 'mf', strongCallPercent: 2.5 }],
    ['router-mf-0pct', { kind: 'router-percent', router: 'mf', strongCallPercent: 0 }],
    ['router-mf', { kind: 'router-default', router: 'mf' }],
    ['router-my-router', { kind: 'router-default', router: 'my-router' }],
    ['router-my-router-1', { kind: 'router-default', router: 'my-router-1' }],
    ['router-my-router-1-1', { kind: 'router-threshold', router: 'my-router-1', threshold: 1 }],
    ['router-my-router-1.0', { kind: 'router-threshold', router: 'my-router', threshold: 1 }],
    ['router-my-router-0', { kind: 'router-threshold', router: 'my-router', threshold: 0 }],
    ['router-my-router-2-30pct', { kind: 'router-percent', router: 'my-router-2', strongCallPercent: 30 }],
    ['router-4-0.3', { kind: 'router-threshold', router: '4', threshold: 0.3 }],
    ['router-4', { kind: 'router-default', router: '4' }],
    ['router-pct', { kind: 'router-default', router: 'pct' }],
    ['policy-by-table_2', { kind: 'policy', policy: 'by-table_2' }],
    ['router', { kind: 'model', name: 'router' }],
    ['AUTO', { kind: 'model', name: 'AUTO' }],
    ['openai/gpt-5', { kind: 'model', name: 'openai/gpt-5' }],
  ])('%s', (name, expected) => {
    expect(parseModelName(name, routers)).toEqual(expected)
  })

  it('does not depend on the order of the known routers', () => {
    expect(parseModelName('router-my-router-1-0.5', routers.toReversed())).toEqual(
      parseModelName('router-my-router-1-0.5', routers),
    )
  })

  it.each([
    ['router-nope', 'nope'],
    ['router-nope-0.5', 'nope'],
    ['router-nope-50pct', 'nope'],
    ['router-my-other-0.5', 'my-other'],
    ['router-mf-two-0.5', 'mf-two'],
    ['router-my-router-three-1', 'my-router-three'],
  ])('%s means the router %s', (name, router) => {
    expect(parseModelName(name, routers)).toEqual({ kind: 'router-default', router })
  })

  it('gives advice for the router that was meant', () => {
    const says = (name: string) => expect(() => parseModelName(name, routers))
    says('router-my-router-7').toThrow('router-my-router-7pct')
    says('router-my-router-7').toThrow('there is no router "my-router-7"')
    says('router-my-router-2-2').toThrow('router-my-router-2-2pct')
    says('router-mf-two').toThrow('The threshold "two" of the model "router-mf-two" is not a plain decimal')
    says('router-mf-two').toThrow('there is no router "mf-two" here')
    says('router-mf-1e-3').toThrow('as in router-mf-0.25')
  })

  it.each([
    ['policy-', 'bad-model-name'],
    ['policy-A', 'bad-model-name'],
    ['router-', 'bad-model-name'],
    ['router--0.5', 'bad-model-name'],
    ['router-MF-0.5', 'bad-model-name'],
    ['router-m f-0.5', 'bad-model-name'],
    ['router-mf-', 'bad-threshold'],
    ['router-mf-1.01', 'bad-threshold'],
    ['router-mf-0,5', 'bad-threshold'],
    ['router-mf-0.5.1', 'bad-threshold'],
    ['router-mf-.', 'bad-threshold'],
    ['router-mf-0x1', 'bad-threshold'],
    ['router-mf- 0.5', 'bad-threshold'],
    ['router-mf-Infinity', 'bad-threshold'],
    ['router-mf-pct', 'bad-threshold'],
    ['router-mf-100.1pct', 'bad-threshold'],
    ['router-mf-50%', 'bad-threshold'],
  ])('%s is refused: %s', (name, code) => {
    expect(() => parseModelName(name, routers)).toThrow(
      expect.objectContaining({ code, status: 400, param: 'model' }),
    )
  })

  it('property: any name is read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rest) => {
        for (const name of [rest, `router-${rest}`]) {
          try {
            parseModelName(name, routers)
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidRequestError)
          }
        }
      }),
      { seed: 5 },
    )
  })
})
