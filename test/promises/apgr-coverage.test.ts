import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../src/base/math/random.ts'
import { binomialTail } from '../../src/base/math/statistics/proportion.ts'
import { evaluate } from '../../src/learning/evaluation/evaluate.ts'
import { createResampledApgr } from '../../src/learning/evaluation/metrics/apgr.ts'
import { bootstrapInterval } from '../../src/learning/evaluation/metrics/bootstrap.ts'
import { type Gap, gapOf, isGapClear } from '../../src/learning/evaluation/metrics/gap.ts'
import { reportText } from '../../src/learning/evaluation/reports/report-table.ts'
import { evaluationVerdict } from '../../src/learning/evaluation/reports/verdict.ts'

const rows = 300
const different = 0.3
const runs = 200

/** The chances that the strong model alone, and that the weak model alone, is right about a prompt of this win rate. */
function chancesAt(winRate: number, gap: number) {
  return {
    strong: ((different + gap) / 2) * (1 + 0.8 * (2 * winRate - 1)),
    weak: ((different - gap) / 2) * (1 - 0.3 * (2 * winRate - 1)),
  }
}

/** ∫ gain(w) w dw / gap: the APGR of the population, as the win rates are uniform. */
function trueApgr(gap: number): number {
  const steps = 2_000
  let sum = 0
  for (let step = 0; step < steps; step++) {
    const winRate = (step + 0.5) / steps
    const { strong, weak } = chancesAt(winRate, gap)
    sum += ((strong - weak) * winRate) / steps
  }
  return sum / gap
}

function drawRows(gap: number, random: Random) {
  return Array.from({ length: rows }, (_, row) => {
    const winRate = random.next()
    const { strong, weak } = chancesAt(winRate, gap)
    const draw = random.next()
    const both = draw > 0.7 ? 1 : 0
    const strongScore = draw < strong ? 1 : draw < strong + weak ? 0 : both
    const weakScore = draw < strong ? 0 : draw < strong + weak ? 1 : both
    return { prompt: `prompt ${row}`, winRate, strongScore, weakScore }
  })
}

/** How often an interval of APGR is shown, and how often one that is shown misses. */
function count(gapInErrors: number) {
  const gap = (gapInErrors * Math.sqrt(different)) / Math.sqrt(rows)
  const truth = trueApgr(gap)
  let [shown, missed] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const random = createRandom(run)
    const drawn = drawRows(gap, random)
    if (!isGapClear(gapOf(drawn))) continue
    shown++
    const column = (name: 'winRate' | 'strongScore' | 'weakScore') => drawn.map((row) => row[name])
    const apgr = createResampledApgr(column('winRate'), column('strongScore'), column('weakScore'))
    const [low, high] = bootstrapInterval(apgr, { rows, random, resamples: 200 })
    if (truth < low || truth > high) missed++
  }
  return { shown, missed }
}

describe('the 95 % interval of APGR', () => {
  it.each([0.5, 1, 1.5, 2, 2.5, 3])(
    'is seldom shown and wrong if the true gap is %d standard errors',
    (gapInErrors) => {
      const { missed } = count(gapInErrors)
      // Shown and wrong in at most 7 % of all runs, whether an interval is shown or not; one-sided, 1 %.
      expect(1 - binomialTail(missed - 1, runs, 0.07)).toBeGreaterThan(0.01)
    },
  )

  it.each([5, 7])('covers if the true gap is %d standard errors', (gapInErrors) => {
    const { shown, missed } = count(gapInErrors)
    expect(shown).toBeGreaterThan(0.9 * runs)
    expect(1 - binomialTail(missed - 1, shown, 0.07)).toBeGreaterThan(0.01)
  })

  it('is left out, with the reason, if the gap of the rows is under three standard errors', () => {
    const errorsOf = ({ score, standardError }: Gap) => score / standardError
    const drawn = Array.from({ length: 20 }, (_, seed) => drawRows(0.06, createRandom(seed))).find((some) => {
      const errors = errorsOf(gapOf(some))
      return errors > 2.2 && errors < 3
    })!
    const benchmark = {
      name: 'close models',
      unit: 'points' as const,
      strongModel: 'big',
      weakModel: 'small',
      contaminated: [],
      rows: drawn,
    }
    const routers = [{ name: 'mine', winRates: drawn.map(({ winRate }) => winRate) }]
    const evaluation = evaluate({ benchmark, routers, samples: 200 })
    const { gap, noIntervals, comparisons } = evaluation
    expect(errorsOf(gap)).toBeCloseTo(errorsOf(gapOf(drawn)), 12)
    expect(noIntervals).toBe('gap-uncertain')
    expect(evaluation.routers[0]).toMatchObject({ apgrInterval: null, cptIntervals: null })
    expect(comparisons).toHaveLength(1)
    expect(evaluationVerdict(evaluation)?.sentences[0]).toMatch(
      /^These rows cannot say how much mine recovers/,
    )
    expect(reportText(evaluation, { width: 400 })).toMatch(
      /No intervals of APGR: the gap .* is only \d\.\d standard errors/,
    )
  })
})
