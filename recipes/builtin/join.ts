import { sigmoid } from '../../src/base/math/sigmoid.ts'

/** How the opinion on what is asked joins the other features: logit = exam + slope · need + offset. */
export type Join = { readonly slope: number; readonly offset: number }

export type JoinedPrompt = {
  /** Log-odds of the features that learned from outcomes of examinations. */
  readonly exam: number
  /** Log-odds that what is asked needs the strong model, by a fit that did not see the prompt. */
  readonly need: number
  readonly isStrong: boolean
}

const iterations = 50

/**
 * Logistic regression on everyday prompts, with the opinion of the other features at its own weight: their weight is learned
 * on outcomes, where the other opinion is silent.
 *
 * @throws RangeError if a higher need does not go with more prompts that need the strong model.
 */
export function fitJoin(prompts: readonly JoinedPrompt[]): Join {
  let slope = 0
  let offset = 0
  for (let iteration = 0; iteration < iterations; iteration++) {
    let [gradientSlope, gradientOffset, ss, so, oo] = [0, 0, 1e-9, 0, 1e-9]
    for (const { exam, need, isStrong } of prompts) {
      const expected = sigmoid(exam + slope * need + offset)
      const residual = (isStrong ? 1 : 0) - expected
      const information = expected * (1 - expected)
      gradientSlope += residual * need
      gradientOffset += residual
      ss += information * need * need
      so += information * need
      oo += information
    }
    const determinant = ss * oo - so * so
    slope += (oo * gradientSlope - so * gradientOffset) / determinant
    offset += (ss * gradientOffset - so * gradientSlope) / determinant
  }
  if (slope > 0 && Number.isFinite(offset)) return { slope, offset }
  throw new RangeError(`the slope of what is asked is ${slope}: it says nothing about everyday prompts`)
}
