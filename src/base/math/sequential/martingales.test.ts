import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { createUniformityTest } from './jumper-martingale.ts'
import { createMeanBet } from './mean-bet.ts'

/** Mean of the evidence over all runs after `steps` draws. */
function meanEvidence(runs: number, steps: number, run: (draw: () => number) => (value: number) => number) {
  const random = createRandom(6)
  let sum = 0
  for (let each = 0; each < runs; each++) {
    const add = run(random.next)
    let evidence = 1
    for (let step = 0; step < steps; step++) evidence = add(random.next())
    sum += evidence
  }
  return sum / runs
}

describe('the jumper martingale', () => {
  it('gains nothing on average from uniform p-values, during its time and after it', () => {
    for (const steps of [20, 60]) {
      const mean = meanEvidence(4000, steps, () => createUniformityTest(40).add)
      expect(mean).toBeGreaterThan(0.9)
      expect(mean).toBeLessThan(1.1)
    }
  })

  it('is what its parts come to after one p-value', () => {
    // Nine tenths wait. Of a tenth each half is divided among five slopes, which sum to 0: the bets cancel.
    const test = createUniformityTest(10)
    expect(test.add(0.9)).toBeCloseTo(1, 12)
    expect(test.state().capital[4]).toBeCloseTo(0.01 * 1.4, 12)
    expect(test.state().capital[9]).toBeCloseTo(0.01 * (1 + (6 * 0.81 - 5.4 + 1) / 2), 12)
  })

  it.each([
    ['small', (uniform: number) => uniform * 0.7],
    ['large', (uniform: number) => 0.3 + uniform * 0.7],
    ['central', (uniform: number) => 0.25 + uniform / 2],
    ['extreme', (uniform: number) => (uniform < 0.5 ? uniform / 2 : 0.5 + uniform / 2)],
  ])('gains from %s ones', (_, draw) => {
    const random = createRandom(7)
    const test = createUniformityTest(1000)
    let evidence = 0
    for (let step = 0; step < 600; step++) evidence = test.add(draw(random.next()))
    expect(evidence).toBeGreaterThan(1000)
  })

  it('continues from its state', () => {
    const random = createRandom(8)
    const values = Array.from({ length: 50 }, () => random.next())
    const whole = createUniformityTest(30)
    let parts = createUniformityTest(30)
    for (const value of values) {
      parts = createUniformityTest(30, JSON.parse(JSON.stringify(parts.state())))
      expect(parts.add(value)).toBe(whole.add(value))
    }
  })
})

describe('the bet on a mean', () => {
  it('gains nothing on average at its limit, and loses nothing below it', () => {
    const mean = meanEvidence(4000, 60, () => {
      const bet = createMeanBet(0.5, 40)
      return (uniform) => bet.add(uniform < 0.5 ? 1 : 0)
    })
    expect(mean).toBeGreaterThan(0.9)
    expect(mean).toBeLessThan(1.1)
    const bet = createMeanBet(0.5, 40)
    for (let step = 0; step < 40; step++) expect(bet.add(0.2)).toBeCloseTo(1, 12)
  })

  it('gains from a mean above its limit, also late', () => {
    const random = createRandom(9)
    const bet = createMeanBet(0.3, 3000)
    let evidence = 0
    for (let step = 0; step < 2000; step++) evidence = bet.add(random.next() < 0.2 ? 1 : 0)
    expect(evidence).toBeLessThan(2)
    for (let step = 0; step < 600; step++) evidence = bet.add(random.next() < 0.5 ? 1 : 0)
    expect(evidence).toBeGreaterThan(1000)
  })

  it('never bets more than it has', () => {
    const bet = createMeanBet(0.01, 10)
    for (let step = 0; step < 200; step++) bet.add(1)
    expect(bet.add(0)).toBeGreaterThan(0)
  })

  it('continues from its state', () => {
    const random = createRandom(8)
    const whole = createMeanBet(0.4, 30)
    let parts = createMeanBet(0.4, 30)
    for (let step = 0; step < 50; step++) {
      const value = random.next()
      parts = createMeanBet(0.4, 30, JSON.parse(JSON.stringify(parts.state())))
      expect(parts.add(value)).toBe(whole.add(value))
    }
  })
})
