import type { Loss } from '../../../common/common-request.ts'
import type { LossList } from '../../../common/loss-list.ts'

/** @param field the place in the request. Absent: the row's own. */
export function report(losses: LossList, row: Loss, field: string = row.field): void {
  losses.add(field, row.kind, row.why)
}
