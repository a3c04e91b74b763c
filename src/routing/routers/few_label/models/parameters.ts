import { emptyForest } from '../forest/forest.ts'
import type { FewLabelParameters, FewLabelWeights } from '../parameters.ts'
import type { ReplyLengths } from './reply-lengths.ts'

/**
 * Parameters of a router that scores many models: those of its pair, which give the win rate, and those of each model.
 */
export type FewLabelModelParameters = FewLabelParameters & {
  /**
   * [models] the score of each model, in the unit of the labels. Their supports have the rows of the pair's supports, and they
   * have no trees.
   */
  readonly models: readonly FewLabelWeights[]
  /** [labelled prompts, models] scores from fits without the prompt; row i is that of `trained`. */
  readonly leftOutScores: Float32Array
  /** Null if the labels do not say how long replies are. The supports have the rows of the pair's supports. */
  readonly replies: (ReplyLengths & LeftOutReplies) | null
}

type LeftOutReplies = {
  /** [labelled prompts, models] tokens from fits without the prompt; row i is that of `trained`. */
  readonly leftOutTokens: Float32Array
}

/** The weights of the strong model's score less the weak one's. Both have the same support rows. */
export function differenceOf(strong: FewLabelWeights, weak: FewLabelWeights): FewLabelWeights {
  const less = (one: Float32Array, other: Float32Array) => one.map((value, place) => value - other[place]!)
  return {
    constant: strong.constant - weak.constant,
    prior: strong.prior - weak.prior,
    named: less(strong.named, weak.named),
    terms: less(strong.terms, weak.terms),
    build: { rows: strong.build.rows, factors: less(strong.build.factors, weak.build.factors) },
    meaning: { rows: strong.meaning.rows, factors: less(strong.meaning.factors, weak.meaning.factors) },
    forest: emptyForest,
  }
}
