/**
 * Compares an answer with a reference, by a rule: no model is asked and nothing is paid.
 *
 * An answer that the rule cannot read is a result of its own, `unparsable`: whether it counts as wrong is for the
 * caller to say, never for the rule. Throws `DataError` `invalid-reference` where the reference itself cannot be read.
 */
export type Checker = (answer: string, reference: string) => Checked

export type Checked =
  | {
      readonly kind: 'checked'
      /** 1 where the answer agrees with the reference, 0 where not. */
      readonly score: 0 | 1
      /** What was taken out of the answer and compared. */
      readonly extracted: string
      /** For a person: what was compared with what, and where it was found. */
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

/** The text in quotes, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > excerptLength ? `${text.slice(0, excerptLength - 1)}…` : text)
}
