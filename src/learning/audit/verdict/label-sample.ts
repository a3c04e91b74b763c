import { createRandom } from '../../../base/math/random.ts'

/** A prompt of the log to label, in the form that `routellm data judge` reads once it has every model's answer. */
export type SampledPrompt = {
  readonly prompt: string
  /** How often it was drawn: the number of requests of the log that the row stands for. */
  readonly requests: number
  readonly strongWinRate: number
  /** The logged answer by its model. Labelling then needs only the other model's answer. */
  readonly answers?: Readonly<Record<string, string>>
}

/** A request that may be drawn. */
export type SampledRequest = Omit<SampledPrompt, 'requests'>

export type LabelSample = {
  /** In random order. */
  readonly prompts: readonly SampledPrompt[]
  /** Requests drawn: the sum of `requests`. */
  readonly requests: number
  /** Requests of the log that could not be drawn, because their prompts are longer than `longestSampledPrompt`. */
  readonly tooLong: number
}

export type RequestSampler = {
  add(request: SampledRequest): void
  /** Draws `count` requests, or all if there are fewer. */
  sample(count: number): LabelSample
}

/** In characters. Longer prompts and answers are left out: people read the sample, and memory must not grow. */
export const longestSampledPrompt = 20_000

type Draw = { readonly key: number; readonly request: SampledRequest }

/**
 * Draws requests of a stream with equal chances, stratified by win rate: a prompt that is asked often is drawn often, so
 * that shares of the sample estimate shares of the requests. A prompt that is drawn k times becomes one row that stands
 * for k requests.
 *
 * Every request gets a seeded random key, and those with the smallest keys are kept, four times as many as the sample. In
 * the order of their win rates, every fourth of these is drawn. The sample then has the log's mix of easy and hard
 * prompts, and a count of losses in it varies no more than in a simple random sample.
 */
export function createRequestSampler(most: number, seed: number): RequestSampler {
  const capacity = 4 * most
  const random = createRandom(seed)
  let kept: Draw[] = []
  let largest = Number.POSITIVE_INFINITY
  let tooLong = 0

  return {
    add(request) {
      if (capacity === 0) return
      if (request.prompt.length > longestSampledPrompt) {
        tooLong++
        return
      }
      const key = random.next()
      if (kept.length >= capacity && key >= largest) return
      kept.push({ key, request: shortened(request) })
      // Thinned out in steps, so that adding a request needs no search for the largest key.
      if (kept.length >= 2 * capacity) {
        kept = smallestKeys(kept, capacity)
        largest = kept.at(-1)?.key ?? largest
      }
    },
    sample(count) {
      const byWinRate = smallestKeys(kept, capacity).sort(
        (one, other) => one.request.strongWinRate - other.request.strongWinRate || one.key - other.key,
      )
      const requests = Math.min(count, byWinRate.length)
      const drawn = Array.from(
        { length: requests },
        (_, index) => byWinRate[Math.floor(((index + 0.5) * byWinRate.length) / requests)]!,
      )
      return { prompts: distinctPrompts(smallestKeys(drawn, requests)), requests, tooLong }
    },
  }
}

function smallestKeys(draws: readonly Draw[], count: number): Draw[] {
  return draws.toSorted((one, other) => one.key - other.key).slice(0, count)
}

/** One row per prompt, with the first of its answers. */
function distinctPrompts(draws: readonly Draw[]): SampledPrompt[] {
  const rows = new Map<string, SampledPrompt>()
  for (const { request } of draws) {
    const { prompt, strongWinRate, answers } = request
    const before = rows.get(prompt)
    const known = before?.answers ?? answers
    rows.set(prompt, {
      prompt,
      requests: (before?.requests ?? 0) + 1,
      strongWinRate: before?.strongWinRate ?? strongWinRate,
      ...(known !== undefined && { answers: known }),
    })
  }
  return [...rows.values()]
}

function shortened({ answers, ...request }: SampledRequest): SampledRequest {
  const isShort =
    answers !== undefined && Object.values(answers).every((answer) => answer.length <= longestSampledPrompt)
  return { ...request, ...(isShort && { answers }) }
}
