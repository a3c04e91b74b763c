import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../../errors.ts'
import { parseModelName } from './model-name.ts'

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
    ['policy-by-table_2', { kind: 'policy', policy: 'by-table_2' }],
    ['router', { kind: 'model', name: 'router' }],
    ['AUTO', { kind: 'model', name: 'AUTO' }],
    ['openai/gpt-5', { kind: 'model', name: 'openai/gpt-5' }],
  ])('%s', (name, expected) => {
    expect(parseModelName(name)).toEqual(expected)
  })

  it.each([
    ['policy-', 'bad-model-name'],
    ['policy-A', 'bad-model-name'],
    ['router-', 'bad-model-name'],
    ['router-mf', 'bad-model-name'],
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
    expect(() => parseModelName(name)).toThrow(expect.objectContaining({ code, status: 400, param: 'model' }))
  })

  it('property: any name is read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rest) => {
        for (const name of [rest, `router-${rest}`]) {
          try {
            parseModelName(name)
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidRequestError)
          }
        }
      }),
      { seed: 5 },
    )
  })
})
