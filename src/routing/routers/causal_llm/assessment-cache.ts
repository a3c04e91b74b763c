import { hash } from 'node:crypto'
import QuickLRU from 'quick-lru'
import type { Assessment } from './assessment.ts'

export type AssessmentCache = {
  get(text: string): Assessment | undefined
  keep(text: string, assessment: Assessment): void
}

/** A text up to this length is its own key. The key of a longer text is its SHA-256, which bounds the size of keys. */
const longestPlainKey = 256

/** Bounded: the least recently used go first. @param entries 0 keeps nothing. */
export function createAssessmentCache(entries: number): AssessmentCache {
  if (entries === 0) return { get: () => undefined, keep: () => undefined }
  // quick-lru keeps up to twice its `maxSize`.
  const kept = new QuickLRU<string, Assessment>({ maxSize: Math.max(1, Math.floor(entries / 2)) })
  const keyOf = (text: string) =>
    text.length <= longestPlainKey ? `:${text}` : hash('sha256', text, 'base64url')
  return {
    get: (text) => kept.get(keyOf(text)),
    keep: (text, assessment) => {
      kept.set(keyOf(text), assessment)
    },
  }
}
