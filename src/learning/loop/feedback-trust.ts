/** Whose feedback may decide. */
export type FeedbackTrust = {
  readonly trustedKeys: readonly string[]
  /** Whether feedback without the name of a key counts: of a gateway without any keys, where everyone is its operator. */
  readonly trustsUnnamed: boolean
}

/** @param key null: the client had no key, or one without a name. */
export function isTrustedKey(key: string | null, { trustedKeys, trustsUnnamed }: FeedbackTrust): boolean {
  return key === null ? trustsUnnamed : trustedKeys.includes(key)
}
