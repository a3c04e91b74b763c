import type { Candidate } from './choice.ts'

/** ` of those that can answer (tiny: context, local: region)`; empty if every candidate can. */
export function formatExcluded(candidates: readonly Candidate[]): string {
  const excluded = candidates.filter((candidate) => candidate.excluded !== null)
  if (excluded.length === 0) return ''
  return `excluded: ${excluded.map((candidate) => `${candidate.model.name} (${candidate.excluded})`).join(', ')}`
}

/** A predicted quality or loss with three digits: `0.842`. */
export function formatQuality(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** `a and b`, `a, b and c`. */
export function formatNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
