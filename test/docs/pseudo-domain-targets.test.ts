import { describe, expect, it } from 'vitest'
import { pseudoDomainRows } from '../../scripts/docs/measured/pseudo-domain-targets.mjs'

const cells = (labels: number, apgr: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(apgr).flatMap(([set, draws]) =>
    draws.map((value, draw) => ({ set, labels, draw: draw + 1, apgr: value })),
  )

describe('what few_label gained on the pseudo-domains', () => {
  it('is the mean over sets of the mean over draws, with the t interval over sets, and the worst set', () => {
    const before = { cells: cells(100, { a: [0.5, 0.6], b: [0.5, 0.5] }) }
    const now = { cells: cells(100, { a: [0.52, 0.62], b: [0.48, 0.5] }) }
    // Sets: +.02 and −.01; mean .005, standard error .015, t with one degree of freedom 12.706.
    expect(pseudoDomainRows(now, before)).toEqual([
      {
        what: '`few_label`, 100 labels, 2 pseudo-domains, minus the state before: mean APGR',
        asked: '≥ +.005',
        measured: '+.005 (−.186 to +.196)',
        isMet: true,
      },
      { what: 'the same, the set with the lowest', asked: '≥ −.010', measured: '−.010', isMet: true },
    ])
  })

  it('is missed if the mean or a set falls below', () => {
    const before = { cells: cells(400, { a: [0.5], b: [0.5] }) }
    const now = { cells: cells(400, { a: [0.51], b: [0.48] }) }
    expect(pseudoDomainRows(now, before).map(({ isMet }) => isMet)).toEqual([false, false])
  })

  it('leaves draws out that were not measured before', () => {
    expect(pseudoDomainRows({ cells: cells(50, { a: [0.5], b: [0.5] }) }, { cells: [] })).toEqual([])
  })
})
