/** A count that an upstream reports: a finite number, 0 or more. Null for anything else. */
export function parseCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}
