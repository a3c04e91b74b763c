import { normalizedText } from '../../../base/text/text-identity.ts'
import { bandsOf, sketchBytes, sketchOf, sketchSimilarity } from './sketch.ts'
import { createIdentityLookup, type TrainedPrompts } from './trained-prompts.ts'

/** A trained prompt that a text is equal to, or nearly. */
export type TrainedMatch = {
  /** In `TrainedPrompts`. */
  readonly row: number
  /** `same`: equal `normalizedText`. `near`: at least half of all groups of four characters are common to both. */
  readonly kind: 'same' | 'near'
}

/** How many of the trained prompts have a nearly identical one among the others. */
export type Resemblance = { readonly near: number; readonly prompts: number }

export type TrainedPromptRecognition = {
  /** The trained prompt that a text is equal to, else the most similar one that is near; undefined if there is none. */
  find(text: string): TrainedMatch | undefined
  /** Measured on at most 1,000 of them. */
  readonly resemblance: Resemblance
}

/** Texts from this Jaccard similarity of their groups of four characters on are nearly identical. */
const nearSimilarity = 0.5
const mostMeasured = 1_000
/** Prompts that are compared for one band; more share one only if they are all alike. */
const mostPerBand = 16

/**
 * Recognises the prompts of a training, also those that were spelt differently or slightly changed.
 *
 * @yields after each prompt.
 */
export function* createTrainedPromptRecognition(
  trained: TrainedPrompts,
): Generator<void, TrainedPromptRecognition> {
  const rowOf = createIdentityLookup(trained)
  const prompts = trained.leftOutWinRates.length
  const sketchOfRow = (row: number) => trained.sketches.subarray(row * sketchBytes, (row + 1) * sketchBytes)
  const rowsOfBand = new Map<number, number[]>()
  for (let row = 0; row < prompts; row++) {
    for (const band of bandsOf(sketchOfRow(row))) {
      const rows = rowsOfBand.get(band)
      if (rows === undefined) rowsOfBand.set(band, [row])
      else if (rows.length < mostPerBand) rows.push(row)
    }
    yield
  }

  function nearest(sketch: Uint8Array, except?: number): number | undefined {
    const candidates = new Set(bandsOf(sketch).flatMap((band) => rowsOfBand.get(band) ?? []))
    let found: number | undefined
    let most = nearSimilarity
    for (const row of candidates) {
      const similarity = row === except ? 0 : sketchSimilarity(sketch, sketchOfRow(row))
      if (similarity < most || (similarity === most && found !== undefined)) continue
      most = similarity
      found = row
    }
    return found
  }

  const step = Math.max(1, Math.ceil(prompts / mostMeasured))
  const resemblance = { near: 0, prompts: 0 }
  for (let row = 0; row < prompts; row += step) {
    resemblance.prompts++
    if (nearest(sketchOfRow(row), row) !== undefined) resemblance.near++
    yield
  }

  return {
    resemblance,
    find(text) {
      const same = rowOf(text)
      if (same !== undefined) return { row: same, kind: 'same' }
      const row = nearest(sketchOf(normalizedText(text)))
      return row === undefined ? undefined : { row, kind: 'near' }
    },
  }
}
