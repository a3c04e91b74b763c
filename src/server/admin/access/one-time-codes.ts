/** Codes that open the page once. */
export type OneTimeCodes = {
  create(): string
  /** Whether the code is good. It is not good a second time. */
  redeem(code: string): boolean
}

export type OneTimeCodeOptions = {
  /** Milliseconds, of a clock that is never set back. */
  readonly now: () => number
  /** An unguessable text, a new one each time. */
  readonly createSecret: () => string
}

const goodForMs = 600_000
const mostCodes = 16

/** Each code is good for ten minutes. Of those that nobody uses the newest 16 are kept. */
export function createOneTimeCodes({ now, createSecret }: OneTimeCodeOptions): OneTimeCodes {
  // In the order of their creation. A look-up takes as long for a wrong code, whatever it begins with.
  const endsAt = new Map<string, number>()
  return {
    create() {
      const code = createSecret()
      endsAt.set(code, now() + goodForMs)
      const [oldest] = endsAt.keys()
      if (endsAt.size > mostCodes && oldest !== undefined) endsAt.delete(oldest)
      return code
    },
    redeem(code) {
      const end = endsAt.get(code)
      endsAt.delete(code)
      return end !== undefined && now() < end
    },
  }
}
