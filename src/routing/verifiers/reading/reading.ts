import type { WeakAnswer } from '../verifier.ts'
import { type ReadText, readText } from './read-text.ts'
import { findStatedResults, type StatedResults } from './stated-results.ts'

/** A prompt and its answer, read once for all features. */
export type Reading = {
  readonly prompt: ReadText
  readonly answer: ReadText
  readonly results: StatedResults
  readonly tokenLogprobs: readonly number[]
  readonly samples: readonly string[]
}

/**
 * Features of an answer by name. The names are the same for every answer. NaN: the feature says nothing of this answer, for
 * example the chosen option of a prompt without options.
 */
export type FeatureGroup = (reading: Reading) => Readonly<Record<string, number>>

/** The samples that are compared, at most. */
const mostSamples = 16

export function readAnswer({ prompt, answer, tokenLogprobs = [], samples = [] }: WeakAnswer): Reading {
  const read = readText(answer)
  return {
    prompt: readText(prompt),
    answer: read,
    results: findStatedResults(read),
    tokenLogprobs,
    samples: samples.slice(0, mostSamples),
  }
}

/** 1 for true, 0 for false. */
export function flag(condition: boolean): number {
  return condition ? 1 : 0
}

/** Part of a whole; 0 of nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
