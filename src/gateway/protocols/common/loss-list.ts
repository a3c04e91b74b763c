import type { Loss } from './common-request.ts'

/** Collects what cannot be carried over. */
export type LossList = {
  add(field: string, kind: Loss['kind'], why: string): void
  readonly losses: readonly Loss[]
}

/**
 * Of losses that differ only in an index (`input[3].phase`, `input[7].phase`) the first one is kept, so that a long conversation
 * does not make a long list. A request that names very many fields that no one knows gets the first hundred, and every refusal.
 */
export function createLossList(): LossList {
  const losses: Loss[] = []
  const known = new Set<string>()
  return {
    add(field, kind, why) {
      if (losses.length >= maxLosses && (kind === 'dropped' || losses.length >= 2 * maxLosses)) return
      const key = `${kind} ${field.replaceAll(/\[\d+\]/g, '[]')} ${why}`
      if (known.has(key)) return
      known.add(key)
      losses.push({ field, kind, why })
    },
    losses,
  }
}

const maxLosses = 100

/** @param field the place in the request. Default: the row's own. */
export function report(losses: LossList, row: Loss, field: string = row.field): void {
  losses.add(field, row.kind, row.why)
}
