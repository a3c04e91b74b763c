import { type LossTable, withPath } from '../../../common/loss-table.ts'
import { unread } from './unread.ts'
import { untranslatedFields, untranslatedMessageFields } from './untranslated-fields.ts'
import { unwritten } from './unwritten.ts'

export const lossTable: LossTable = {
  unread: [
    ...untranslatedFields,
    ...withPath('messages[].', untranslatedMessageFields),
    ...Object.values(unread),
  ],
  unwritten: Object.values(unwritten),
}
