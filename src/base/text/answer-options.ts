/** The positions of a multiple-choice prompt's answer options (`A. …`, `B) …`, `(C) …`), and their tokens. */
export type AnswerOptions = {
  /** Options seen in the order A, B, C, …; 0 if there are fewer than two. */
  readonly count: number
  /** Offset of the first option in the text. */
  readonly start: number
  /** Index of option `i`'s first token. */
  firstToken(option: number): number
}

export type AnswerOptionsFinder = AnswerOptions & {
  clear(): void
  /** Handles a letter in the position of an option's label: `letter` 0 for A, at `offset`, before token `token`. */
  offer(letter: number, offset: number, token: number): void
}

const maxOptions = 26

export function createAnswerOptionsFinder(): AnswerOptionsFinder {
  const tokens = new Int32Array(maxOptions)
  let found = 0
  let start = 0
  return {
    get count() {
      return found < 2 ? 0 : found
    },
    get start() {
      return start
    },
    firstToken: (option) => tokens[option]!,
    clear() {
      found = 0
      start = 0
    },
    offer(letter, offset, token) {
      // A lone "A." may be an initial: a new A starts over until B has confirmed it.
      if (letter === 0 && found < 2) found = 0
      if (letter !== found || found >= maxOptions) return
      if (found === 0) start = offset
      tokens[found++] = token
    },
  }
}
