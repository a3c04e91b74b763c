import { type FeatureGroup, flag, share } from '../reading.ts'

/** How long the answer is and how it is laid out. */
export const readShape: FeatureGroup = ({ prompt, answer }) => {
  const { text, tokens } = answer
  const lines = text.split('\n')
  const filled = lines.filter((line) => line.trim() !== '')
  const sentences = countOf(text, /[.!?。！？](?:\s|$)/g)
  const words = tokens.filter(({ kind }) => kind === 'word').length
  return {
    'answer length': Math.log1p(answer.length),
    'prompt length': Math.log1p(prompt.length),
    'answer to prompt': Math.log1p(answer.length) - Math.log1p(prompt.length),
    'no answer': flag(text.trim() === ''),
    lines: Math.log1p(filled.length),
    'blank lines': Math.log1p(lines.length - filled.length),
    sentences: Math.log1p(sentences),
    'words per sentence': Math.log1p(words / (sentences + 1)),
    'words among tokens': share(words, tokens.length),
    'list items': Math.log1p(filled.filter((line) => /^\s{0,8}(?:[-*•]|\d{1,3}[.)])\s/.test(line)).length),
    headings: Math.log1p(filled.filter((line) => /^#{1,6}\s/.test(line)).length),
    emphasis: Math.log1p(countOf(text, /\*\*/g) / 2),
    formulas: Math.log1p(countOf(text, /\$|\\[([]/g)),
    'beyond ASCII': share(countOf(text, /[^\0-\x7f]/g), text.length),
    'last line': Math.log1p((filled.at(-1) ?? '').trim().length),
  }
}

function countOf(text: string, pattern: RegExp): number {
  let count = 0
  for (const _ of text.matchAll(pattern)) count++
  return count
}
