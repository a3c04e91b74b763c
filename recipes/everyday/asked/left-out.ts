import { createRandom } from '../../../src/base/math/random.ts'
import { familyFolds } from './folds.ts'
import { logOdds } from './linear-fit.ts'
import { type AskedExamples, fitExamination, fitNeed } from './train-asked.ts'

/** The log-odds of prompts of the corpus by fits that did not see their families. */
export type LeftOutScores = {
  /** [corpus] that the strong model is needed. */
  readonly need: Float64Array
  /** [corpus] that it is an examination question. */
  readonly examination: Float64Array
}

const foldCount = 5

export function leftOutScores(examples: AskedExamples, seed: number): LeftOutScores {
  const { corpus } = examples
  const folds = familyFolds(corpus, foldCount, createRandom(seed))
  const need = new Float64Array(corpus.length)
  const examination = new Float64Array(corpus.length)
  for (let fold = 0; fold < foldCount; fold++) {
    const selection = { corpus: (index: number) => folds[index] !== fold }
    const needModel = fitNeed(examples, seed, selection)
    const examinationModel = fitExamination(examples, seed, selection)
    corpus.forEach((example, index) => {
      if (folds[index] !== fold) return
      need[index] = logOdds(needModel, example)
      examination[index] = logOdds(examinationModel, example)
    })
  }
  return { need, examination }
}
