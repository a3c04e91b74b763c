import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import { coerceCost } from '../cells/coerce-number.ts'
import { readRequest } from '../fields/read-request.ts'
import type { DocumentedLogFormat } from '../log-format.ts'

const marks = ['ai_org', 'ai_model', 'req_units', 'res_units', 'cost_currency']

/** Exports of Portkey's logs. Its costs are in cents, also if `cost_currency` is USD. */
export const portkeyLog: DocumentedLogFormat = {
  name: 'portkey',
  expects:
    'rows with request, response, ai_model, req_units, res_units, cost (in cents) and cache_status, as Portkey exports them',
  documentation: {
    writtenBy: 'Portkey: its log exports',
    reads:
      '`request`, `response`, `ai_model`, `req_units`, `res_units`, `cost` (in cents), `cache_status`, `is_success`',
    testedWith: ['28-nested-logs/portkey.jsonl'],
  },
  recognises: (row) => marks.filter((mark) => mark in row).length >= 2,
  read(row, pickPrompt) {
    const cents = coerceCost(row.cost)
    return readRequest(
      row,
      {
        ...omitUndefined({ costUsd: cents === undefined ? undefined : cents / 100 }),
        noRequest: 'has no request; export the field "request" too',
      },
      pickPrompt,
    )
  },
}
