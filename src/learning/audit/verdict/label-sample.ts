import { createHash } from 'node:crypto'

/** A prompt of the log to be labelled, as `routellm data judge` reads it once every model's answer is there. */
export type SampledPrompt = {
  readonly prompt: string
  readonly strongWinRate: number
  /** By model: what the log's own model answered, so that labelling needs the other model's answer only. */
  readonly answers?: Readonly<Record<string, string>>
}

export type PromptSampler = {
  add(prompt: SampledPrompt): void
  /** Different prompts, in random order; at most as many as there were. */
  sample(count: number): readonly SampledPrompt[]
}

/** Longer prompts and answers are not kept: a sample must be read by people, and memory must not grow. */
const longestPrompt = 20_000

/**
 * Draws different prompts of a stream with equal chances, stratified along the win rate. The prompts with the
 * smallest seeded hashes are kept, four times as many as are asked for (bottom-k sampling: a prompt that comes again
 * has the hash that it had, so repetitions change nothing); of these, in the order of their win rates, every fourth.
 * So the sample has the log's mix of easy and hard prompts with less of the luck of the draw.
 */
export function createPromptSampler(most: number, seed: number): PromptSampler {
  const capacity = 4 * most
  const kept = new Map<string, SampledPrompt>()
  // Above any hash in hexadecimal.
  let largest = 'g'

  return {
    add(prompt) {
      if (prompt.prompt.length > longestPrompt || capacity === 0) return
      const hash = createHash('sha256').update(`${seed}\n${prompt.prompt}`).digest('hex')
      if ((kept.size >= capacity && hash >= largest) || kept.has(hash)) return
      kept.set(hash, shortened(prompt))
      // Thinned out now and then, so that a prompt costs no search for the largest.
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

/** Leaves the `count` smallest hashes; gives the largest of them. */
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
