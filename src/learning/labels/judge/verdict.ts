/** Which answer a judge prefers, by the place in which it was shown. */
export type JudgeVerdict = 'first' | 'second' | 'tie'

const verdicts: Readonly<Record<string, JudgeVerdict>> = { A: 'first', B: 'second', C: 'tie' }

/**
 * The verdict of a reply: `[[A]]`, `[[B]]` or, for a tie, `[[C]]`. Undefined if the reply has none, or two that differ;
 * nothing is inferred from the other words.
 */
export function parseVerdict(reply: string): JudgeVerdict | undefined {
  const letter = onlyMatch(spoken(reply), /\[\[\s?([ABC])\s?\]\]/g)
  return letter === undefined ? undefined : verdicts[letter]
}

/** The rating of a reply, `[[7]]` or `[[7.5]]`, from 1 to 10. Undefined if the reply has none, or two that differ. */
export function parseRating(reply: string): number | undefined {
  const digits = onlyMatch(spoken(reply), /\[\[\s?(\d{1,2}(?:\.\d{1,2})?)\s?\]\]/g)
  const rating = Number(digits ?? Number.NaN)
  return rating >= 1 && rating <= 10 ? rating : undefined
}

/** The answer to a yes-or-no question: `[[YES]]` or `[[NO]]`. Undefined if the reply has neither, or both. */
export function parseYesOrNo(reply: string): boolean | undefined {
  const word = onlyMatch(spoken(reply), /\[\[\s?(YES|NO)\s?\]\]/g)
  return word === undefined ? undefined : word === 'YES'
}

/** Without what a reasoning model thought aloud: verdicts in there are considered, not given. */
function spoken(reply: string): string {
  const end = reply.lastIndexOf('</think>')
  if (end >= 0) return reply.slice(end)
  return reply.trimStart().startsWith('<think>') ? '' : reply
}

function onlyMatch(text: string, pattern: RegExp): string | undefined {
  const found = new Set([...text.matchAll(pattern)].map(([, group]) => group))
  const [first, ...others] = found
  return others.length === 0 ? first : undefined
}
