import { hash } from 'node:crypto'

/** A number in [0, 1) that depends on nothing but the parts: the same on every machine, and unrelated for other parts. */
export function hashShare(...parts: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(parts), 'hex').slice(0, 12), 16) / 2 ** 48
}
