import type { Router } from '../../../src/index.ts'

export type KeywordsRouterOptions = {
  readonly name: string
  /** Words that need the strong model. */
  readonly words: readonly string[]
}

/** 0.9 if the prompt has one of the words, else 0.1. */
export function createKeywordsRouter({ name, words }: KeywordsRouterOptions): Router {
  return {
    name,
    strongWinRate: ({ text }) => (words.some((word) => text.toLowerCase().includes(word)) ? 0.9 : 0.1),
  }
}
