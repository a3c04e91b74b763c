import { hasFailed } from '../../gateway/savings/savings-meter.ts'

/** What whether a request is unpriced depends on. */
export type PricedColumns = {
  readonly cost_nanousd: number | null
  readonly input_tokens: number | null
  readonly first_byte_us: number | null
  readonly status: number
}

/**
 * SQL: 1 for a request that has cost something that is not known, else 0. One that was refused, or that no model answered, has
 * cost nothing; a reply that broke off (502 after its head) or that its client left (499) may have. As `hasFailed`.
 */
export const unpricedSql = `case when cost_nanousd is not null then 0
  when input_tokens is null and status >= 400 and status <> 499 and (status <> 502 or first_byte_us is null) then 0
  else 1 end`

/** The same of a row. */
export function isUnpriced({ cost_nanousd, input_tokens, first_byte_us, status }: PricedColumns): boolean {
  if (cost_nanousd !== null) return false
  return input_tokens !== null || !hasFailed({ status, hasHead: first_byte_us !== null })
}
