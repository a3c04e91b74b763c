import { hashOfSequence, hashOfToken } from '../read-text.ts'
import { type FeatureGroup, flag, share } from '../reading.ts'

const openers = '([{'
const closers = ')]}'

/** Whether the answer breaks off, repeats itself, or repeats the prompt. */
export const readCompleteness: FeatureGroup = ({ prompt, answer }) => {
  const text = answer.text.trimEnd()
  const last = text.at(-1) ?? ''
  const hashes = answer.tokens.map(hashOfToken)
  const known = new Set(prompt.tokens.map(hashOfToken))
  const own = new Set(hashes)
  const triples = new Set(
    hashes.slice(2).map((hash, place) => hashOfSequence([hashes[place]!, hashes[place + 1]!, hash])),
  )
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    'ends on a letter': flag(/\p{L}/u.test(last)),
    'ends on a digit': flag(/\d/.test(last)),
    'ends on a stop': flag(/[.!?。！？]/.test(last)),
    'ends on a closing mark': flag(/[)\]}"'`*$]/.test(last)),
    'ends on an open mark': flag(/[,:;=+*/(<\\-]/.test(last)),
    'open code block': flag((answer.text.split('```').length - 1) % 2 === 1),
    'open brackets': Math.log1p(unbalanced(answer.text)),
    'repeated lines': share(lines.length - new Set(lines).size, lines.length),
    'repeated triples': hashes.length < 3 ? 0 : 1 - triples.size / (hashes.length - 2),
    'distinct tokens': share(own.size, Math.sqrt(hashes.length)),
    'tokens of the prompt': share(hashes.filter((hash) => known.has(hash)).length, hashes.length),
    'prompt taken up': share([...known].filter((hash) => own.has(hash)).length, known.size),
  }
}

/** Brackets of the text without a partner of their kind. */
export function unbalanced(text: string): number {
  const open: number[] = []
  let alone = 0
  for (const character of text) {
    const opener = openers.indexOf(character)
    if (opener >= 0) open.push(opener)
    const closer = closers.indexOf(character)
    if (closer < 0) continue
    if (open.at(-1) === closer) open.pop()
    else alone++
  }
  return alone + open.length
}
