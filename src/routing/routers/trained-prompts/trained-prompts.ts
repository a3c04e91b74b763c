import { hash } from 'node:crypto'
import { mapInSteps, runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { sketchBytes, sketchOf } from './sketch.ts'

/**
 * The prompts that a router was trained on, without their text: enough to recognise one, not to read it. Prompts that
 * differ only in what `normalizedText` removes are one prompt.
 */
export type TrainedPrompts = {
  /** [prompts, 2] the first 64 bits of the SHA-256 of each normalised text. */
  readonly identities: Int32Array
  /** [prompts, sketchBytes] to recognise nearly identical prompts. */
  readonly sketches: Uint8Array
  /** [prompts] the win rate of each from a fit without it; `noWinRate` if there is none. */
  readonly leftOutWinRates: Float32Array
}

/** Stands for a win rate that is not known. */
export const noWinRate = -1

/**
 * Describes the prompts of a training run. Of several with one normalised text the first is kept.
 *
 * @param leftOutWinRate of the prompt at a place, from a fit without it. Default: there are none.
 */
export function describeTrainedPrompts(
  prompts: readonly string[],
  leftOutWinRate: (place: number) => number | undefined = () => undefined,
): TrainedPrompts {
  return runAtOnce(describeTrainedPromptsInSteps(prompts, leftOutWinRate))
}

/** As `describeTrainedPrompts`, in steps of one prompt: 30,000 take seconds. */
export function* describeTrainedPromptsInSteps(
  prompts: readonly string[],
  leftOutWinRate: (place: number) => number | undefined = () => undefined,
): Generator<void, TrainedPrompts> {
  const places = new Map<string, number>()
  for (const [place, prompt] of prompts.entries()) {
    const text = normalizedText(prompt)
    if (!places.has(text)) places.set(text, place)
    yield
  }
  const texts = [...places.keys()]
  const sketches = new Uint8Array(texts.length * sketchBytes)
  for (const [row, text] of texts.entries()) {
    sketches.set(sketchOf(text), row * sketchBytes)
    yield
  }
  const identities = yield* mapInSteps(texts, identityOf)
  return {
    identities: Int32Array.from(identities.flat()),
    sketches,
    leftOutWinRates: Float32Array.from(places.values(), (place) => leftOutWinRate(place) ?? noWinRate),
  }
}

/** Finds the win rate of a prompt from a fit without it; undefined for a prompt that has none. */
export function createLeftOutLookup(trained: TrainedPrompts): (text: string) => number | undefined {
  const rowOf = createIdentityLookup(trained)
  return (text) => {
    const row = rowOf(text)
    return row === undefined ? undefined : leftOutWinRate(trained, row)
  }
}

/** The win rate of a row from a fit without it; undefined if there is none. */
export function leftOutWinRate({ leftOutWinRates }: TrainedPrompts, row: number): number | undefined {
  const winRate = leftOutWinRates[row]
  return winRate === noWinRate ? undefined : winRate
}

/** Finds the row of a prompt in `TrainedPrompts`; undefined for a prompt that is not there. */
export function createIdentityLookup({ identities }: TrainedPrompts): (text: string) => number | undefined {
  const rows = new Map<string, number>()
  for (let row = 0; 2 * row < identities.length; row++)
    rows.set(`${identities[2 * row]} ${identities[2 * row + 1]}`, row)
  return (text) => rows.get(identityOf(normalizedText(text)).join(' '))
}

function identityOf(normalized: string): readonly [number, number] {
  const bytes = Buffer.from(hash('sha256', normalized, 'hex').slice(0, 16), 'hex')
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)]
}
