/**
 * Compares an answer with a reference by a rule, without a model and without cost.
 *
 * An answer that the rule cannot read gives the result `unparsable`; the caller decides whether it counts as wrong.
 * Throws `DataError` `invalid-reference` if the reference itself cannot be read.
 */
export type Checker = (answer: string, reference: string) => Checked

export type Checked =
  | {
      readonly kind: 'checked'
      /** 1 if the answer agrees with the reference, else 0. */
      readonly score: 0 | 1
      /** The part of the answer that was compared. */
      readonly extracted: string
      /** For a person: what was compared with what, and where in the answer it was found. */
      readonly reason: string
    }
  | {
      readonly kind: 'unparsable'
      readonly score: null
      readonly extracted: null
      /** For a person: why nothing could be taken out of the answer. */
      readonly reason: string
    }

export function checked(agrees: boolean, extracted: string, reason: string): Checked {
  return { kind: 'checked', score: agrees ? 1 : 0, extracted, reason }
}

export function unparsable(reason: string): Checked {
  return { kind: 'unparsable', score: null, extracted: null, reason }
}

const excerptLength = 60

/** The text in quotes, cut if it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > excerptLength ? `${text.slice(0, excerptLength - 1)}…` : text)
}
