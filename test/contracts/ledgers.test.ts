import { describe, it } from 'vitest'
import { createMemoryLedger } from '../../src/gateway/accounts/memory/memory-ledger.ts'
import { ledgerContract } from '../../src/testing/ledger-contract.ts'

describe('the ledger in memory', () => {
  for (const { name, run } of ledgerContract(createMemoryLedger)) it(name, run)
})

describe('a ledger that answers later', () => {
  const cases = ledgerContract((now) => {
    const ledger = createMemoryLedger(now)
    return { ...ledger, reserve: async (accounts, estimate) => ledger.reserve(accounts, estimate) }
  })
  for (const { name, run } of cases) it(name, run)
})
