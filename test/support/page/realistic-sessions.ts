import type { RequestEntry } from '../../../src/store/entries/entry.ts'
import { requestEntry } from '../store/entries.ts'
import { hostileTexts } from './realistic-requests.ts'

/** A conversation of many turns, whose model changes every ten turns for three turns; some are held, some fail, one comes after idle time. */
export function createLongSession(until: number, turns: number, session = 'long-session'): RequestEntry[] {
  let time = until - turns * 20_000 - 900_000
  return Array.from({ length: turns }, (_, turn) => {
    time += turn === 20 ? 900_000 : 20_000
    const isStrong = turn % 13 >= 10
    const isHeld = turn % 13 === 4
    const isFailed = turn % 97 === 50
    const isFirst = turn % 13 === 10
    const input = 2000 + turn * 40
    const cachedInput = turn === 0 || isFirst || turn === 20 ? 0 : 1024 * Math.floor((input - 500) / 1024)
    const model = isStrong ? 'gpt-5' : 'gpt-5-mini'
    const [inputPrice, outputPrice] = isStrong ? [1.25, 10] : [0.25, 2]
    const usd = isFailed ? 0 : ((input - 0.9 * cachedInput) * inputPrice + 300 * outputPrice) / 1e6
    return requestEntry(`rllm-${session}-${turn}`, {
      time,
      path: '/v1/chat/completions',
      status: isFailed ? 502 : 200,
      model,
      upstream: model,
      task: 'debugging',
      policy: 'halves',
      threshold: 0.45,
      strongWinRate: isStrong || isHeld ? 0.7 : 0.3,
      side: isStrong ? 'strong' : 'weak',
      tokens: isFailed ? null : { input, cachedInput, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 300 },
      usd,
      chargedUsd: usd,
      session,
      key: 'support',
      tags: [],
    })
  })
}

/** Three turns whose every text is hostile, also the id of the session. */
export function createHostileSession(time: number): RequestEntry[] {
  const { markup, direction, control, long } = hostileTexts
  return Array.from({ length: 3 }, (_, turn) =>
    requestEntry(`rllm-hostile-session-${turn}`, {
      time: time + turn * 1000,
      model: turn === 1 ? 'gpt-5' : `${long}${markup}`,
      policy: markup,
      key: direction,
      fallback: turn === 1 ? 'upstream-error' : null,
      session: `a/b?c=${markup}${control}${direction}`,
      tags: [markup],
    }),
  )
}
