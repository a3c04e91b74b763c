import { closest, distance } from 'fastest-levenshtein'

/** ` Did you mean "port"?` if a known name is near, otherwise a list of the known names. */
export function nearestHint(name: string, known: readonly string[]): string {
  if (known.length === 0) return ''
  const near =
    known.find((candidate) => name.length > 1 && candidate.startsWith(name)) ?? closest(name, known)
  const isNear = near.startsWith(name) || distance(name, near) <= Math.max(2, Math.floor(name.length / 3))
  if (isNear && name.length > 1) return ` Did you mean "${near}"?`
  return ` There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`
}
