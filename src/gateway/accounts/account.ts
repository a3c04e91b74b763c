/**
 * What requests are counted against: a client's key, or the gateway as a whole. A limit that is null does not exist.
 * Days and months are those of UTC.
 */
export type Account = {
  /** Unique, and the same after a reload: `key:web`, `gateway`. */
  readonly id: string
  /** For messages: `the key "web"`. */
  readonly label: string
  readonly requestsPerMinute: number | null
  /** Of prompts and replies together. */
  readonly tokensPerMinute: number | null
  readonly usdPerDay: number | null
  readonly usdPerMonth: number | null
  /** Whether policies save more while the dollars are being spent too fast. */
  readonly isPaced: boolean
}

/** Of the account of the gateway as a whole. */
export const gatewayAccountId = 'gateway'

export function hasDollarBudget({ usdPerDay, usdPerMonth }: Account): boolean {
  return usdPerDay !== null || usdPerMonth !== null
}
