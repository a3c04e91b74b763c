import { hashShare } from '../split/hash-share.ts'

/**
 * A request of each session, drawn by its id: the requests of a session are alike, so they are not independent labels. A promise is
 * about such a request.
 */
export function oneOfEachSession<Row extends { readonly id: string; readonly session: string }>(
  rows: readonly Row[],
  seed: number,
): readonly Row[] {
  const drawn = new Map<string, { readonly row: Row; readonly place: number }>()
  for (const row of rows) {
    const place = hashShare(seed, 'session', row.id)
    const before = drawn.get(row.session)
    if (before === undefined || place < before.place) drawn.set(row.session, { row, place })
  }
  return [...drawn.values()].map(({ row }) => row)
}
