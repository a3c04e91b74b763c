import { closest, distance } from 'fastest-levenshtein'

/** ` Did you mean "port"?` if a known name is near, otherwise a list of the known names. */
export function nearestHint(name: string, all: readonly string[]): string {
  if (all.length === 0) return ''
  const known = all.slice(0, mostCompared)
  if (name.length > longestCompared) return listNames(all)
  const near =
    known.find((candidate) => name.length > 1 && candidate.startsWith(name)) ?? closest(name, known)
  const isNear = near.startsWith(name) || distance(name, near) <= Math.max(2, Math.floor(name.length / 3))
  if (isNear && name.length > 1) return ` Did you mean "${near}"?`
  return listNames(all)
}

/** They bound the work on names that a hostile file makes up. */
const mostCompared = 500
const longestCompared = 200
const mostListed = 50

function listNames(names: readonly string[]): string {
  const more = names.length > mostListed ? ` and ${names.length - mostListed} more` : ''
  return ` There ${names.length === 1 ? 'is' : 'are'}: ${names.slice(0, mostListed).join(', ')}${more}.`
}
