import { createHash } from 'node:crypto'

/** A prompt of the log to label, in the form that `routellm data judge` reads once it has every model's answer. */
export type SampledPrompt = {
  readonly prompt: string
  readonly strongWinRate: number
  /** The logged answer by its model. Labelling then needs only the other model's answer. */
  readonly answers?: Readonly<Record<string, string>>
}

export type PromptSampler = {
  add(prompt: SampledPrompt): void
  /** At most `count` different prompts, in random order. */
  sample(count: number): readonly SampledPrompt[]
}

/** Longer prompts and answers are left out: people read the sample, and memory must not grow. */
const longestPrompt = 20_000

/**
 * Draws different prompts of a stream with equal chances, stratified by win rate. It keeps the prompts with the
 * smallest seeded hashes, four times as many as the sample (bottom-k sampling: a repeated prompt has the same hash, so
 * repetitions change nothing). In the order of their win rates, every fourth of these is drawn. The sample then has the
 * log's mix of easy and hard prompts, with less variance than a simple random sample.
 */
export function createPromptSampler(most: number, seed: number): PromptSampler {
  const capacity = 4 * most
  const kept = new Map<string, SampledPrompt>()
  // Greater than any hash in hexadecimal.
  let largest = 'g'

  return {
    add(prompt) {
      if (prompt.prompt.length > longestPrompt || capacity === 0) return
      const hash = createHash('sha256').update(`${seed}\n${prompt.prompt}`).digest('hex')
      if ((kept.size >= capacity && hash >= largest) || kept.has(hash)) return
      kept.set(hash, shortened(prompt))
      // Thinned out in steps, so that adding a prompt needs no search for the largest hash.
      if (kept.size >= 2 * capacity) largest = thinOut(kept, capacity)
    },
    sample(count) {
      thinOut(kept, capacity)
      const byWinRate = [...kept].sort(
        ([hashA, a], [hashB, b]) => a.strongWinRate - b.strongWinRate || (hashA < hashB ? -1 : 1),
      )
      const taken = Math.min(count, byWinRate.length)
      return Array.from(
        { length: taken },
        (_, index) => byWinRate[Math.floor(((index + 0.5) * byWinRate.length) / taken)]!,
      )
        .sort(([hashA], [hashB]) => (hashA < hashB ? -1 : 1))
        .map(([, prompt]) => prompt)
    },
  }
}

/** Keeps the `count` smallest hashes. Returns the largest of them. */
function thinOut(kept: Map<string, SampledPrompt>, count: number): string {
  const hashes = [...kept.keys()].sort()
  for (const hash of hashes.slice(count)) kept.delete(hash)
  return hashes[Math.min(count, hashes.length) - 1] ?? 'g'
}

function shortened({ answers, ...prompt }: SampledPrompt): SampledPrompt {
  const isShort =
    answers !== undefined && Object.values(answers).every((answer) => answer.length <= longestPrompt)
  return { ...prompt, ...(isShort && { answers }) }
}
