import { createRandom } from '../../../src/base/math/random.ts'
import type { RequestEntry } from '../../../src/store/entries/entry.ts'
import { requestEntry } from '../store/entries.ts'

/** What can appear in any field that a client, a model or an upstream writes. */
export const hostileTexts = {
  markup: `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>`,
  direction: 'safe\u202egnp.exe\u2066hidden\u2069',
  control: 'bell\u0007 escape\u001b[31m null\u0000 end',
  long: 'm'.repeat(200),
} as const

const prompts: readonly (readonly [task: RequestEntry['task'], strong: number, text: string])[] = [
  ['debugging', 0.62, 'Why does this loop never end?\n\nfor (let i = 0; i < 10; i--) { total += values[i] }'],
  ['code-from-spec', 0.48, 'Write a function that merges overlapping intervals, with tests.'],
  ['summary', 0.12, 'Summarise the minutes of the meeting in five sentences.'],
  ['look-up', 0.06, 'What is the capital of Burkina Faso?'],
  ['translation', 0.09, 'Translate into French: the delivery arrives on Tuesday before noon.'],
  ['proof', 0.81, 'Prove that there are infinitely many primes congruent to 3 modulo 4.'],
  ['everyday-writing', 0.15, 'Write a friendly reminder that the rent is due on Friday.'],
  ['maths-hard', 0.74, 'Integrate x² e^(−x²) over the real line, and show each step.'],
  ['data-analysis', 0.39, 'Which of these columns explains the churn best, and how sure are you?'],
  ['rewriting', 0.11, 'Make this paragraph half as long and keep the numbers.'],
]
const keys = ['web', 'support', 'batch', null] as const
const prices = { 'gpt-5': [1.25, 10], 'gpt-5-mini': [0.25, 2], 'llama3.1': [null, null] } as const

export type RealisticOptions = {
  readonly count: number
  /** The time of the last request. */
  readonly until: number
  readonly days: number
  readonly seed?: number
  readonly withText?: boolean
}

/** Requests of some days: sessions of one to six turns, three models, failures, fallbacks, cascades, unpriced calls. */
export function createRealisticRequests(options: RealisticOptions): RequestEntry[] {
  const { count, until, days, seed = 1, withText = false } = options
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[random.nextInt(items.length)]!
  const entries: RequestEntry[] = []
  let session = 0
  while (entries.length < count) {
    const turns = 1 + random.nextInt(6)
    const start = until - Math.floor(random.next() * days * 86_400_000)
    const key = pick(keys)
    const [task, difficulty, prompt] = pick(prompts)
    const policy = random.next() < 0.7 ? 'halves' : 'frugal'
    session++
    for (let turn = 0; turn < turns && entries.length < count; turn++) {
      const winRate = Math.min(0.99, Math.max(0.01, difficulty + 0.15 * random.nextGaussian()))
      const isStrong = winRate >= 0.45
      const chosen = isStrong ? 'gpt-5' : random.next() < 0.06 ? 'llama3.1' : 'gpt-5-mini'
      const chance = random.next()
      const isFailed = chance < 0.02
      const isRescued = chance >= 0.02 && chance < 0.05
      const model = isRescued ? 'gpt-5' : chosen
      const input = 200 + random.nextInt(3000) + turn * 900
      const cachedInput = turn === 0 ? 0 : Math.floor(input * 0.6)
      const output = 60 + random.nextInt(900)
      const [inputPrice, outputPrice] = prices[model]
      const usd =
        isFailed || inputPrice === null
          ? isFailed
            ? 0
            : null
          : ((input - 0.9 * cachedInput) * inputPrice + output * outputPrice) / 1e6
      const overhead = 0.2 + random.next() * 0.5
      const firstByte =
        (isStrong ? 700 : 260) * Math.exp(0.4 * random.nextGaussian()) + (isRescued ? 2100 : 0)
      const total = firstByte + output * (isStrong ? 14 : 6)
      const tokens = { input, cachedInput, cacheWriteInput: 0, cacheWrite1hInput: 0, output }
      const call = (of: string, isRefused: boolean, sentMs: number) => ({
        model: of,
        tokens: isRefused ? null : tokens,
        events: null,
        usd: isRefused ? 0 : usd,
        isRefused,
        isAborted: false,
        sentMs,
        firstByteMs: isRefused ? sentMs + 1900 : firstByte,
      })
      const expected = (of: 'gpt-5' | 'gpt-5-mini') => (input * prices[of][0] + 400 * prices[of][1]) / 1e6
      entries.push(
        requestEntry(`rllm-${seed}a7f3c09b2d4-${entries.length.toString(36)}`, {
          time: Math.min(until, start + turn * 95_000),
          upstreamId: `chatcmpl-${entries.length}`,
          path: '/v1/chat/completions',
          status: isFailed ? pick([429, 500, 502, 504]) : 200,
          stream: random.next() < 0.7,
          model,
          upstream: model,
          task,
          policy,
          router: 'mf',
          threshold: 0.45,
          strongWinRate: winRate,
          side: isStrong ? 'strong' : 'weak',
          fallback: isRescued ? pick(['upstream-error', 'upstream-timeout']) : null,
          attempts: isRescued ? 2 : 1,
          tokens: isFailed ? null : tokens,
          usd,
          chargedUsd: usd,
          call: isRescued ? call('gpt-5', false, overhead + 1900) : null,
          otherCalls: isRescued ? [call(chosen, true, overhead)] : [],
          ms: {
            overhead,
            queued: random.next() < 0.05 ? 12 : null,
            firstByte: isFailed ? null : firstByte,
            total,
          },
          session: `ses-${seed}-${session}`,
          key,
          tags: key === 'batch' ? ['nightly'] : [],
          candidates: [
            { model: 'gpt-5', usd: expected('gpt-5'), score: winRate, excluded: null },
            { model: 'gpt-5-mini', usd: expected('gpt-5-mini'), score: 1 - winRate, excluded: null },
            {
              model: 'llama3.1',
              usd: null,
              score: null,
              excluded: random.next() < 0.5 ? 'context' : 'unpriced',
            },
          ],
          text: withText ? toText(prompt, `Here is what I think about it, in turn ${turn + 1}.`) : null,
        }),
      )
    }
  }
  return entries.sort((one, other) => one.time - other.time)
}

/** A request whose every text is hostile, with a prompt of a megabyte. */
export function createHostileRequest(time: number): RequestEntry {
  const { markup, direction, control, long } = hostileTexts
  return requestEntry('rllm-hostile-1', {
    time,
    upstreamId: markup,
    model: `${long}${markup}`,
    upstream: direction,
    policy: markup,
    router: direction,
    session: `${control}${direction}`,
    key: markup,
    tags: [markup, direction],
    candidates: [{ model: `${long}${markup}`, usd: null, score: 0.5, excluded: markup }],
    text: toText(`${direction}${control}${markup}${'x'.repeat(1 << 20)}`, `${markup}${control}`),
  })
}

function toText(prompt: string, answer: string): RequestEntry['text'] {
  const body = (value: object) => {
    const text = JSON.stringify(value)
    return { text, totalBytes: text.length, isCut: false }
  }
  return {
    request: body({ model: 'auto', messages: [{ role: 'user', content: prompt }] }),
    response: body({ choices: [{ message: { role: 'assistant', content: answer } }] }),
  }
}
