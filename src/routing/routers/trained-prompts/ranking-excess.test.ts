import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../base/math/random.ts'
import { binomialTail } from '../../../base/math/statistics/proportion.ts'
import { rocArea } from '../../../base/math/statistics/roc-area.ts'
import { findRankingExcess, type RankedLabel, rankingFalseAlarmChance } from './ranking-excess.ts'

/** How a router scores labels: `distance` is how far apart it sets those that the strong model wins. */
type Scorer = (isWon: boolean, distance: number, random: Random) => number

const scorers: Readonly<Record<string, Scorer>> = {
  'win rates on a scale': (isWon, distance, random) => random.nextGaussian() + (isWon ? distance : 0),
  // Prompts of a few templates, some of which the strong model nearly always wins.
  'win rates in two groups': (isWon, distance, random) =>
    (random.next() < 0.5 + (isWon ? 0.16 : -0.16) * distance ? 10 : 0) + random.nextGaussian(),
}

function draw(count: number, distance: number, scorer: Scorer, random: Random): RankedLabel[] {
  return Array.from({ length: count }, () => {
    const isWon = random.next() < 0.3
    return { isWon, winRate: scorer(isWon, distance, random) }
  })
}

function areaOf(labels: readonly RankedLabel[]) {
  return rocArea(
    labels.map(({ winRate }) => winRate),
    labels.map(({ isWon }) => isWon),
  )
}

/** In how many of `runs` trainings fresh labels are taken for learned ones. `distance` is that on the labels. */
function alarmsIn(
  runs: number,
  training: { readonly count: number; readonly distance: number },
  labels: { readonly count: number; readonly distance: number },
  scorer: Scorer,
): number {
  const random = createRandom(training.count + labels.count)
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    const leftOut = areaOf(draw(training.count, training.distance, scorer, random))
    const fresh = draw(labels.count, labels.distance, scorer, random)
    if (leftOut !== undefined && findRankingExcess(fresh, leftOut) !== undefined) alarms++
  }
  return alarms
}

describe('labels like those of the training', () => {
  const runs = 500
  const settings = Object.entries(scorers).flatMap(([name, scorer]) =>
    [0, 1, 2, 3].flatMap((distance) =>
      [
        [20, 200],
        [200, 30],
        [400, 60],
      ].map(([trained = 0, fresh = 0]) => [name, distance, trained, fresh, scorer] as const),
    ),
  )

  it.each(settings)(
    '%s, %d apart: no more alarms than stated, of %d left-out prompts and %d labels',
    (_, distance, trained, fresh, scorer) => {
      const alarms = alarmsIn(runs, { count: trained, distance }, { count: fresh, distance }, scorer)
      // P(at least so many) at the stated rate.
      const chance = alarms === 0 ? 1 : 1 - binomialTail(alarms - 1, runs, rankingFalseAlarmChance)
      expect(chance).toBeGreaterThan(1e-3)
    },
  )

  it('give no more alarms than stated over all settings together', () => {
    let alarms = 0
    for (const [, distance, trained, fresh, scorer] of settings)
      alarms += alarmsIn(100, { count: trained, distance }, { count: fresh, distance }, scorer)
    expect(alarms).toBeLessThanOrEqual(rankingFalseAlarmChance * 100 * settings.length + 4)
  })
})

it.each([
  [200, 60],
  [1000, 200],
])('labels that it learned from are found, of %d left-out prompts and %d labels', (trained, fresh) => {
  const scorer = scorers['win rates on a scale']
  if (scorer === undefined) throw new Error('no such scorer')
  const found = alarmsIn(100, { count: trained, distance: 0.35 }, { count: fresh, distance: 4 }, scorer)
  expect(found).toBeGreaterThan(95)
})
