import { omitUndefined } from '../cells/coerce.ts'
import { coerceCost } from '../cells/coerce-number.ts'
import { readRequest } from '../fields/read-request.ts'
import type { LogFormat } from '../log-format.ts'

const marks = ['ai_org', 'ai_model', 'req_units', 'res_units', 'cost_currency']

/** Exports of Portkey's logs. Its costs are in cents, also if `cost_currency` is USD. */
export const portkeyLog: LogFormat = {
  name: 'portkey',
  expects:
    'rows with request, response, ai_model, req_units, res_units, cost (in cents) and cache_status, as Portkey exports them',
  recognises: (row) => marks.filter((mark) => mark in row).length >= 2,
  read(row) {
    const cents = coerceCost(row.cost)
    return readRequest(row, {
      ...omitUndefined({ costUsd: cents === undefined ? undefined : cents / 100 }),
      noRequest: 'has no request; export the field "request" too',
    })
  },
}
