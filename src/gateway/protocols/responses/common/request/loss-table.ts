import type { LossRow, LossTable } from '../../../common/loss-table.ts'
import { unread } from './unread.ts'
import {
  type UnsupportedField,
  unsupportedFields,
  unsupportedIncludes,
  unsupportedItems,
  unsupportedTools,
} from './unsupported.ts'
import { unwritten } from './unwritten.ts'

export const lossTable: LossTable = {
  unread: [
    ...unsupportedFields.map(({ neutral = [], ...row }): LossRow => {
      return { ...row, unless: neutral.map((value) => JSON.stringify(value)) }
    }),
    ...asValues('include[]', unsupportedIncludes),
    ...asValues('input[]', unsupportedItems),
    ...asValues('tools[]', unsupportedTools),
    ...Object.values(unread),
  ],
  unwritten: Object.values(unwritten),
}

function asValues(field: string, rows: readonly UnsupportedField[]): LossRow[] {
  return rows.map(({ field: value, kind, why }) => ({ field, value, kind, why }))
}
