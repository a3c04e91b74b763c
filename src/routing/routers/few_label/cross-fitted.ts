import { hash } from 'node:crypto'
import type { CrossFitted } from './parameters.ts'

/** The first 64 bits of a text's SHA-256, as two numbers: enough to know a labelled prompt again, not to read it. */
export function promptKey(text: string): readonly [number, number] {
  const bytes = Buffer.from(hash('sha256', text, 'hex').slice(0, 16), 'hex')
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)]
}

/** A look-up of a labelled prompt's win rate; undefined for any other. */
export function createCrossFittedLookup({
  prompts,
  winRates,
}: CrossFitted): (text: string) => number | undefined {
  const known = new Map<string, number>()
  for (let label = 0; label < winRates.length; label++)
    known.set(`${prompts[2 * label]} ${prompts[2 * label + 1]}`, winRates[label]!)
  return (text) => known.get(promptKey(text).join(' '))
}
