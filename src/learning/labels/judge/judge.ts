import type { JudgeVerdict } from './verdict.ts'

/** Decides which of two answers is better. */
export type PairwiseJudge = {
  /** Identifies it in reports and data: `provider/model`. */
  readonly id: string
  /** Rejects if no pair can be judged (the endpoint is gone), and with `signal.reason` once `signal` aborts. */
  compare(question: PairQuestion, signal?: AbortSignal): Promise<PairJudgement>
}

/** Grades one answer. */
export type GradingJudge = {
  readonly id: string
  /** As `PairwiseJudge.compare`. */
  grade(question: GradeQuestion, signal?: AbortSignal): Promise<Grade>
}

export type PairQuestion = {
  readonly prompt: string
  readonly answerA: string
  readonly answerB: string
  /** An answer known to be right. */
  readonly reference?: string
}

export type GradeQuestion = {
  readonly prompt: string
  readonly answer: string
  readonly reference?: string
}

/** A question that has no result, and why. It is counted, never guessed. */
export type Unjudged =
  /** Every sample's reply was without a verdict, after all attempts. */
  | { readonly kind: 'unparsable' }
  /** The endpoint refuses the question, for example because it is too long. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not asked, because it could have exceeded the budget. */
  | { readonly kind: 'over-budget' }

export type PairJudgement =
  | {
      readonly kind: 'judged'
      readonly winner: 'a' | 'b' | 'tie'
      /** The replies, one per sample; empty if the answers are the same text, because then no model is asked. */
      readonly samples: readonly PairSample[]
    }
  | (Unjudged & { readonly samples: readonly PairSample[] })

/** The verdicts of one sample in both orders; null for one that could not be read. */
export type PairSample = {
  /** Answer A shown first. */
  readonly aFirst: JudgeVerdict | null
  /** Answer B shown first. */
  readonly bFirst: JudgeVerdict | null
}

export type Grade =
  | {
      readonly kind: 'graded'
      /** Mean of the ratings, 1 to 10. */
      readonly score: number
      readonly ratings: readonly (number | null)[]
    }
  | (Unjudged & { readonly ratings: readonly (number | null)[] })

/**
 * The winner of a sample: an answer that is preferred in both orders; else a tie. Undefined if a verdict is missing.
 */
export function sampleWinner({ aFirst, bFirst }: PairSample): 'a' | 'b' | 'tie' | undefined {
  if (aFirst === null || bFirst === null) return undefined
  if (aFirst === 'first' && bFirst === 'second') return 'a'
  if (aFirst === 'second' && bFirst === 'first') return 'b'
  return 'tie'
}

/**
 * The most frequent winner of the samples that have one; a tie if several are equally frequent. Undefined if no sample
 * has one.
 */
export function majorityWinner(samples: readonly PairSample[]): 'a' | 'b' | 'tie' | undefined {
  const votes = { a: 0, b: 0, tie: 0 }
  for (const sample of samples) {
    const winner = sampleWinner(sample)
    if (winner !== undefined) votes[winner]++
  }
  if (votes.a + votes.b + votes.tie === 0) return undefined
  if (votes.a > Math.max(votes.b, votes.tie)) return 'a'
  return votes.b > Math.max(votes.a, votes.tie) ? 'b' : 'tie'
}
