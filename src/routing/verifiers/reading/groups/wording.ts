import type { FeatureGroup } from '../reading.ts'

/** Words that show how sure an answer is of itself. The lists are short, so that a person can check each by reading. */
const lists = {
  hedges:
    'might maybe perhaps probably possibly likely seems seem appears appear unclear unsure uncertain assume assuming assumption guess suppose could would',
  approximation:
    'approximately about roughly around nearly almost approx ≈ \\approx estimate estimated rounded rounding round',
  refusals:
    'cannot can’t unable sorry apologize impossible insufficient unknown unavailable don’t missing ambiguous incomplete',
  corrections:
    'wait however actually mistake error incorrect wrong recalculate reconsider instead again correct corrected oops but although re-evaluate contradiction',
  'nothing fits':
    'none closest match matches matching nearest neither listed provided options option choices choice',
  conclusions: 'therefore thus so hence \\therefore final finally conclude',
  sequence: 'first second third then next step steps after before now',
  reasons: 'because since given according means implies if',
  negations: 'not no never isn doesn didn don won without nothing',
  certainty: 'clearly obviously definitely certainly must always exactly indeed',
  algebra: 'let equation solve substitute variable simplify factor expression unknown formula \\frac \\sqrt',
  person: 'i we me our us you let',
  trial: 'try check verify suppose guess test try trying checking case cases',
} as const

const listNames = Object.keys(lists)
const listsOfWord = new Map<string, readonly number[]>()
Object.values(lists).forEach((words, list) => {
  for (const word of new Set<string>(words.split(' ')))
    listsOfWord.set(word, [...(listsOfWord.get(word) ?? []), list])
})

export const readWording: FeatureGroup = ({ answer }) => {
  const counts = new Float64Array(listNames.length)
  for (const { text } of answer.tokens) for (const list of listsOfWord.get(text) ?? []) counts[list]!++
  return Object.fromEntries(listNames.map((name, list) => [name, Math.log1p(counts[list]!)]))
}
