import { formatUsd } from '../../base/text/format/format-number.ts'
import type { Candidate } from './choice.ts'

/** The clauses that are not empty, as one sentence without a full stop. */
export function joinClauses(clauses: readonly string[]): string {
  return clauses.filter((each) => each !== '').join('; ')
}

/** `local has no price and counts as the dearest`; empty if every candidate that can answer has one. */
export function formatUnpriced(candidates: readonly Candidate[]): string {
  const names = candidates.flatMap(({ model, usd, excluded }) =>
    usd === null && excluded === null ? model.name : [],
  )
  if (names.length === 0) return ''
  if (names.length === 1) return `${names[0]} has no price and counts as the dearest`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} have no price and count as the dearest`
}

/** `about $0.0021`, `an unknown amount`. */
export function formatPrice({ usd }: Candidate): string {
  return usd === null ? 'an unknown amount' : `about ${formatUsd(usd)}`
}

/** A quality, a loss or a utility with three digits: `0.842`. */
export function formatQuality(value: number): string {
  return String(Number(value.toPrecision(3)))
}
