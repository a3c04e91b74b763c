import assert from 'node:assert/strict'
import type { Account } from '../gateway/accounts/account.ts'
import type { Estimate, Ledger, Refusal, Reservation } from '../gateway/accounts/ledger.ts'
import type { ContractCase } from './contract-case.ts'

/** A ledger under test, which has seen nothing, with a clock that the suite sets: milliseconds since 1970. */
export type CreateLedger = (now: () => number) => Ledger | Promise<Ledger>

const noon = Date.UTC(2026, 10, 28, 12)

/** What every ledger does, whatever it keeps its accounts in. The cases need no test runner. */
export function ledgerContract(createLedger: CreateLedger): readonly ContractCase[] {
  const contractCase = (name: string, check: (book: Book) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const clock = { time: noon }
      await check({ clock, ledger: await createLedger(() => clock.time) })
    },
  })
  return [
    contractCase('admits 5 of 50 requests at once on a budget for 5', async ({ ledger }) => {
      const account = limited({ usdPerDay: 5 })
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => ledger.reserve([account], dollars(1))),
      )
      assert.equal(answers.filter(({ kind }) => kind === 'reserved').length, 5)
      assert.equal(ledger.leftUsd([account]), 0)
    }),
    contractCase('settles with what was used, once', async ({ ledger }) => {
      const account = limited({ usdPerDay: 5, usdPerMonth: 8 })
      const first = await reserve(ledger, [account], dollars(4))
      assert.equal(ledger.leftUsd([account]), 1)
      first.settle({ tokens: 10, usd: 1 })
      first.settle({ tokens: 10, usd: 1 })
      assert.equal(ledger.leftUsd([account]), 4)
      const second = await reserve(ledger, [account], dollars(3))
      second.settle({ tokens: 10, usd: null })
      assert.equal(ledger.leftUsd([account]), 1)
    }),
    contractCase('frees the dollars of a request that used none', async ({ ledger }) => {
      const account = limited({ usdPerDay: 1 })
      const first = await reserve(ledger, [account], dollars(1))
      await refused(ledger, [account], dollars(1))
      first.settle({ tokens: 0, usd: 0 })
      await reserve(ledger, [account], dollars(1))
    }),
    contractCase('counts a request against all of its accounts or against none', async ({ ledger }) => {
      const [key, gateway] = [limited({ usdPerDay: 5 }), limited({ id: 'gateway', usdPerDay: 2 })]
      const refusal = await refused(ledger, [key, gateway], dollars(3))
      assert.equal(refusal.account, gateway)
      assert.equal(ledger.leftUsd([key]), 5)
      await reserve(ledger, [key, gateway], dollars(2))
      assert.equal(ledger.leftUsd([key, gateway]), 0)
      assert.equal(ledger.leftUsd([key]), 3)
    }),
    contractCase('begins days and months at midnight of UTC', async ({ ledger, clock }) => {
      const account = limited({ usdPerDay: 2, usdPerMonth: 3 })
      const open = await reserve(ledger, [account], dollars(2))
      const refusal = await refused(ledger, [account], dollars(2))
      assert.equal(refusal.limit, 'usdPerDay')
      clock.time = Date.UTC(2026, 10, 29)
      open.settle({ tokens: 0, usd: 2 })
      assert.equal(ledger.leftUsd([account]), 1)
      const later = await refused(ledger, [account], dollars(1.5))
      assert.deepEqual([later.limit, later.retryAfterSeconds], ['usdPerMonth', 2 * 86_400])
      clock.time = Date.UTC(2026, 11, 1)
      assert.equal(ledger.leftUsd([account]), 2)
    }),
    contractCase('never admits an unpriced request on a dollar budget', async ({ ledger }) => {
      const unpriced = { ...dollars(0), usd: null }
      const refusal = await refused(ledger, [limited({ usdPerMonth: 5 })], unpriced)
      assert.equal(refusal.limit, 'unpriced')
      await reserve(ledger, [limited({ id: 'other', requestsPerMinute: 5 })], unpriced)
    }),
    contractCase('admits what costs nothing, whatever is left of a budget', async ({ ledger }) => {
      const account = limited({ usdPerDay: 1 })
      const open = await reserve(ledger, [account], dollars(1))
      open.settle({ tokens: 0, usd: 2 })
      assert.equal(ledger.leftUsd([account]), 0)
      await reserve(ledger, [account], dollars(0))
    }),
    contractCase(
      'lets one request have the rest of a budget that is less than a guess',
      async ({ ledger }) => {
        const account = limited({ usdPerDay: 1 })
        const guessed: Estimate = { tokens: 0, usd: 3, leastUsd: 0.5 }
        await reserve(ledger, [account], guessed)
        await refused(ledger, [account], guessed)
        assert.equal(ledger.leftUsd([account]), 0)
      },
    ),
    contractCase(
      'raises what is reserved for a further call, if there is room for it',
      async ({ ledger }) => {
        const accounts = [
          limited({ usdPerDay: 5, requestsPerMinute: 1 }),
          limited({ id: 'gateway', usdPerDay: 4 }),
        ]
        const open = await reserve(ledger, accounts, dollars(1))
        assert.equal(open.canRaise(dollars(3)), true)
        assert.equal(ledger.leftUsd(accounts), 3)
        assert.equal(await open.raise(dollars(3)), true)
        assert.equal(ledger.leftUsd(accounts), 1)
        assert.equal(await open.raise(dollars(2)), true)
        assert.equal(ledger.leftUsd(accounts), 1)
        const other = await reserve(ledger, accounts.slice(1), dollars(0.5))
        assert.equal(open.canRaise(dollars(4)), false)
        assert.equal(await open.raise(dollars(4)), false)
        assert.equal(ledger.leftUsd(accounts.slice(0, 1)), 2)
        other.settle({ tokens: 0, usd: 0 })
        assert.equal(await open.raise({ usd: 9, leastUsd: 3.5 }), true)
        assert.equal(ledger.leftUsd(accounts), 0)
        assert.equal(await open.raise({ usd: null, leastUsd: 0 }), false)
        open.settle({ tokens: 0, usd: 2 })
        assert.equal(ledger.leftUsd(accounts), 2)
      },
    ),
    contractCase('admits so many requests in any 60 seconds', async ({ ledger, clock }) => {
      const account = limited({ requestsPerMinute: 3 })
      for (let count = 0; count < 3; count++) await reserve(ledger, [account], dollars(1))
      const refusal = await refused(ledger, [account], dollars(1))
      assert.equal(refusal.limit, 'requestsPerMinute')
      clock.time += 59_999
      await refused(ledger, [account], dollars(1))
      clock.time = noon + (refusal.retryAfterSeconds ?? 0) * 1000
      await reserve(ledger, [account], dollars(1))
    }),
    contractCase('counts the tokens that were used, not those that were expected', async ({ ledger }) => {
      const account = limited({ tokensPerMinute: 100 })
      const open = await reserve(ledger, [account], tokens(80))
      assert.equal((await refused(ledger, [account], tokens(30))).limit, 'tokensPerMinute')
      open.settle({ tokens: 60, usd: null })
      await reserve(ledger, [account], tokens(40))
      await refused(ledger, [account], tokens(1))
    }),
    contractCase(
      'admits a request of more tokens than the limit if nothing else is counted',
      async (book) => {
        const account = limited({ tokensPerMinute: 100 })
        await reserve(book.ledger, [account], tokens(500))
        await refused(book.ledger, [account], tokens(1))
        book.clock.time += 61_000
        await reserve(book.ledger, [account], tokens(500))
      },
    ),
    contractCase('paces an account whose dollars go too fast, unless it is not to', async ({ ledger }) => {
      const [paced, free] = [limited({ usdPerDay: 4 }), limited({ id: 'free', usdPerDay: 4, isPaced: false })]
      assert.equal(ledger.pace([paced, free]), null)
      await reserve(ledger, [paced, free], dollars(3))
      const pace = ledger.pace([paced])
      assert.ok(pace !== null && pace.factor > 1)
      assert.equal(pace.account, paced)
      assert.equal(pace.limit, 'usdPerDay')
      assert.equal(ledger.pace([free]), null)
      assert.deepEqual(ledger.pace([free, paced]), pace)
    }),
    contractCase('says what it would refuse, and counts nothing by it', async ({ ledger }) => {
      const account = limited({ requestsPerMinute: 1, usdPerDay: 1 })
      assert.equal(ledger.findRefusal([account], dollars(1)), null)
      assert.equal(ledger.findRefusal([account], dollars(2))?.limit, 'usdPerDay')
      await reserve(ledger, [account], dollars(1))
    }),
  ]
}

type Book = { readonly ledger: Ledger; readonly clock: { time: number } }

function limited(limits: Partial<Account>): Account {
  return {
    id: 'key:web',
    label: 'the key "web"',
    requestsPerMinute: null,
    tokensPerMinute: null,
    usdPerDay: null,
    usdPerMonth: null,
    isPaced: true,
    ...limits,
  }
}

function dollars(usd: number): Estimate {
  return { tokens: 0, usd, leastUsd: usd }
}

function tokens(count: number): Estimate {
  return { tokens: count, usd: 0, leastUsd: 0 }
}

async function reserve(
  ledger: Ledger,
  accounts: readonly Account[],
  estimate: Estimate,
): Promise<Reservation> {
  const answer = await ledger.reserve(accounts, estimate)
  assert.equal(answer.kind, 'reserved')
  return answer as Reservation
}

async function refused(ledger: Ledger, accounts: readonly Account[], estimate: Estimate): Promise<Refusal> {
  const answer = await ledger.reserve(accounts, estimate)
  assert.equal(answer.kind, 'refused')
  assert.ok(answer.kind === 'refused' && (answer.retryAfterSeconds === null || answer.retryAfterSeconds >= 1))
  return answer as Refusal
}
