import { createRandom } from '../../../src/base/math/random.ts'
import { type RocArea, rocArea } from '../../../src/base/math/statistics/roc-area.ts'
import { gateOf } from '../../../src/routing/embedding/builtin/asked/difficulty.ts'
import { languages } from '../corpus.ts'
import type { Example } from './examples.ts'
import { leftOutScores } from './left-out.ts'
import { type LinearModel, logOdds } from './linear-fit.ts'
import { type AskedExamples, type AskedSelection, fitExamination, fitNeed } from './train-asked.ts'

/** How well the opinion on what is asked orders prompts that it did not see. Areas under the ROC curve. */
export type AskedMeasurement = {
  readonly prompts: number
  /** The corpus in five folds, whole families in a fold. */
  readonly folds: RocArea
  /** Each language by a fit that did not see it, on its prompts of the corpus. */
  readonly languagesLeftOut: Readonly<Record<string, RocArea>>
  /** Tiers of everyday_tiers in five folds, by language, of languages of the corpus. */
  readonly tiers: Readonly<Record<string, RocArea>>
  /** Median weight of the opinion on a family of examinations that the fit did not see, and on the corpus in folds. */
  readonly gates: Readonly<Record<string, number>>
}

export function measureAsked(examples: AskedExamples, seed: number): AskedMeasurement {
  const { rows, corpus, tiers, exams } = examples
  const isStrong = rows.corpus.map(({ needs }) => needs === 'strong')
  const leftOut = leftOutScores(examples, seed)
  return {
    prompts: corpus.length,
    folds: areaOf(leftOut.need, isStrong),
    languagesLeftOut: Object.fromEntries(
      languages.map((language) => {
        const model = fitNeed(examples, seed, {
          corpus: (index) => rows.corpus[index]!.language !== language,
          tiers: (index) => rows.tiers[index]!.language !== language,
        })
        return [
          language,
          areaOn(
            model,
            corpus,
            (index) => isStrong[index]!,
            (index) => rows.corpus[index]!.language === language,
          ),
        ]
      }),
    ),
    tiers: tierAreas(examples, seed),
    gates: {
      'everyday prompts': median([...leftOut.examination].map(gateOf)),
      ...Object.fromEntries(
        [...new Set(rows.exams.map(({ family }) => family))].map((family) => {
          const isMember = (index: number) => rows.exams[index]!.family === family
          const model = fitExamination(examples, seed, { exams: (index) => !isMember(index) })
          const gates = exams.flatMap((example, index) =>
            isMember(index) ? [gateOf(logOdds(model, example))] : [],
          )
          return [family, median(gates)]
        }),
      ),
    },
  }

  function tierAreas(all: AskedExamples, tierSeed: number): Record<string, RocArea> {
    const folds = tiers.map(() => 0)
    const random = createRandom(tierSeed)
    folds.forEach((_, index) => {
      folds[index] = random.nextInt(5)
    })
    const scores = new Float64Array(tiers.length)
    for (let fold = 0; fold < 5; fold++) {
      const selection: AskedSelection = { tiers: (index) => folds[index] !== fold }
      const model = fitNeed(all, tierSeed, selection)
      tiers.forEach((example, index) => {
        if (folds[index] === fold) scores[index] = logOdds(model, example)
      })
    }
    return Object.fromEntries(
      languages.flatMap((language) => {
        const members = rows.tiers.flatMap((row, index) => (row.language === language ? [index] : []))
        const area = rocArea(
          members.map((index) => scores[index]!),
          members.map((index) => rows.tiers[index]!.isHard),
        )
        return area === undefined ? [] : [[language, area]]
      }),
    )
  }
}

function areaOn(
  model: LinearModel,
  examples: readonly Example[],
  isStrong: (index: number) => boolean,
  isMember: (index: number) => boolean,
): RocArea {
  const members = examples.flatMap((_, index) => (isMember(index) ? [index] : []))
  return areaOf(
    members.map((index) => logOdds(model, examples[index]!)),
    members.map(isStrong),
  )
}

function areaOf(scores: ArrayLike<number>, isStrong: readonly boolean[]): RocArea {
  const area = rocArea(scores, isStrong)
  if (area === undefined) throw new RangeError('prompts of both sides are needed')
  return area
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
