import { describe, expect, it } from 'vitest'
import { type Attempt, isRetryableStatus, retryDelayMs, withRetries } from './retry.ts'

describe('isRetryableStatus', () => {
  it.each([408, 409, 425, 429, 500, 502, 503, 504, 529])('%i', (status) => {
    expect(isRetryableStatus(status)).toBe(true)
  })
  it.each([301, 400, 401, 403, 404, 413, 422])('not %i', (status) => {
    expect(isRetryableStatus(status)).toBe(false)
  })
})

describe('retryDelayMs', () => {
  const policy = { retries: 9, maxRetryDelayMs: 3000 }
  it('doubles from 500 ms to the maximum, and is between half and all of that', () => {
    const most = [1, 2, 3, 4, 5].map((tries) =>
      retryDelayMs(tries, undefined, { ...policy, random: () => 0 }),
    )
    expect(most).toEqual([500, 1000, 2000, 3000, 3000])
    const least = [1, 2, 3].map((tries) => retryDelayMs(tries, undefined, { ...policy, random: () => 1 }))
    expect(least).toEqual([250, 500, 1000])
  })

  it('is what the endpoint asks for, at most the maximum', () => {
    expect(retryDelayMs(1, 2000, { ...policy, random: () => 1 })).toBe(2000)
    expect(retryDelayMs(1, 60_000, policy)).toBe(3000)
  })
})

describe('withRetries', () => {
  const script = (...outcomes: Attempt<string>[]) => {
    const waits: number[] = []
    const tried: number[] = []
    const run = (retries: number, maxTotalMs?: number, signal?: AbortSignal) =>
      withRetries(
        async (tries) => {
          tried.push(tries)
          return outcomes[tries - 1]!
        },
        {
          retries,
          maxRetryDelayMs: 10_000,
          random: () => 0,
          wait: async (ms) => void waits.push(ms),
          ...(maxTotalMs !== undefined && { maxTotalMs }),
        },
        signal,
      )
    return { run, waits, tried }
  }
  const again = (result: string, askedMs?: number): Attempt<string> => ({
    kind: 'retryable',
    result,
    askedMs,
  })
  const done = (result: string): Attempt<string> => ({ kind: 'final', result })

  it('stops at the first final result', async () => {
    const { run, waits, tried } = script(again('busy'), again('busy', 70), done('good'), done('never'))
    expect(await run(5)).toBe('good')
    expect(tried).toEqual([1, 2, 3])
    expect(waits).toEqual([500, 70])
  })

  it('gives the last result when no attempt is left', async () => {
    const { run, tried } = script(again('one'), again('two'), again('three'))
    expect(await run(1)).toBe('two')
    expect(tried).toEqual([1, 2])
  })

  it('does not wait beyond the total time', async () => {
    const { run, waits, tried } = script(again('one', 5000), done('two'))
    expect(await run(5, 4000)).toBe('one')
    expect(tried).toEqual([1])
    expect(waits).toEqual([])
  })

  it('rejects with the reason of an abort, before an attempt and during a wait', async () => {
    const { run, tried } = script(again('one'), done('two'))
    await expect(run(5, undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    expect(tried).toEqual([])
    const stop = new AbortController()
    const waiting = withRetries(
      async () => {
        queueMicrotask(() => stop.abort(new Error('left')))
        return again('busy', 3_600_000)
      },
      { retries: 5, maxRetryDelayMs: 3_600_000, maxTotalMs: Number.POSITIVE_INFINITY },
      stop.signal,
    )
    await expect(waiting).rejects.toThrow('left')
  })
})
