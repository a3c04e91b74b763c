/** Recognises follow-ups, in this thread and without waiting. */
export type FollowUpReader = {
  /**
   * Whether a user turn only makes sense together with the turns before it.
   *
   * @param answer the assistant's text before the turn, '' if there is none: a short turn after a question answers it.
   */
  isFollowUp(turn: string, answer: string): boolean
}

/**
 * Lists of words that make a user turn a follow-up. Plain data: a configuration adds words, whatever a `FollowUpReader`
 * says. Words and phrases are lower case.
 */
export type FollowUpRule = {
  /** The lists say nothing about a longer turn (UTF-16 units, without outer white space). */
  readonly maxCharacters: number
  /** The lists say nothing about a turn of more words. A Chinese, Japanese or Thai character counts as a word. */
  readonly maxWords: number
  /** A turn of at most this many words is a follow-up, unless it contains a digit or an operator. */
  readonly maxBareWords: number
  /** A short turn that begins with one of these is a follow-up: "yes, …", "what about …". */
  readonly openings: readonly string[]
  /** A short turn that contains one of these words is a follow-up: it refers to an earlier turn. */
  readonly references: readonly string[]
}

/** Lists that name nothing: the reader alone decides. */
export const defaultFollowUpRule: FollowUpRule = {
  maxCharacters: 60,
  maxWords: 8,
  maxBareWords: 0,
  openings: [],
  references: [],
}

/** English lists, for callers that have loaded no `FollowUpReader`. */
export const englishFollowUpRule: FollowUpRule = {
  maxCharacters: 60,
  maxWords: 8,
  maxBareWords: 2,
  openings: [
    ...['yes', 'yeah', 'yep', 'no', 'nope', 'ok', 'okay', 'sure', 'right', 'correct', 'exactly', 'please do'],
    ...[
      'thanks',
      'thank you',
      'great',
      'perfect',
      'good',
      'nice',
      'cool',
      'looks good',
      'sounds good',
      'lgtm',
    ],
    ...['go on', 'go ahead', 'continue', 'carry on', 'keep going', 'proceed', 'try again', 'retry', 'redo'],
    ...[
      'and',
      'but',
      'also',
      'now',
      'then',
      'instead',
      'so',
      'what about',
      'how about',
      'what else',
      'why not',
    ],
    ...['actually', 'wait', 'commit', 'shorten', 'expand', 'rephrase', 'undo', 'revert', 'ship'],
  ],
  references: [
    ...['it', 'its', 'that', 'this', 'these', 'those', 'them', 'they', 'same', 'again', 'above', 'previous'],
    ...['instead', 'too', 'another', 'more', 'shorter', 'longer', 'simpler', 'ones', 'rest', 'here', 'there'],
    ...['your', 'you'],
  ],
}

const operators = /[\d=+*/^<>∑∫√{}]/
const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}'’_.]+/gu

/**
 * Whether a user turn is a follow-up to the turns before it ("commit it", "yes, go on") and not a complete request
 * ("Prove Fermat's last theorem.", "What is 17*23?"). It is one if the lists of `rule` say so, or if `reader` does. Without
 * a reader, `englishFollowUpRule` takes its place. The caller checks whether there are turns before it.
 */
export function isFollowUp(
  turn: string,
  answer: string,
  rule: FollowUpRule,
  reader?: FollowUpReader,
): boolean {
  if (isListedFollowUp(turn, rule)) return true
  return reader === undefined ? isListedFollowUp(turn, englishFollowUpRule) : reader.isFollowUp(turn, answer)
}

/**
 * Whether the lists make a turn a follow-up: it has at most `maxCharacters` and `maxWords`, and begins with an opening,
 * contains a reference, or has at most `maxBareWords` words ("in French", "继续") and is not a calculation.
 *
 * A request that is mistaken for a follow-up is scored together with the turns before it. A missed follow-up is scored
 * as an easy prompt and sends a hard conversation to the weak model. So the English lists favour follow-ups.
 */
export function isListedFollowUp(turn: string, rule: FollowUpRule): boolean {
  // A long text is not read to its end only to trim white space.
  if (turn.length > rule.maxCharacters * 2) return false
  const text = turn.trim().toLowerCase()
  if (text.length > rule.maxCharacters) return false
  const found = (text.match(words) ?? []).map((word) => word.replace(/^[.'’]+|[.'’]+$/g, ''))
  const spoken = found.filter((word) => word !== '')
  if (spoken.length > rule.maxWords) return false
  const sentence = ` ${spoken.join(' ')} `
  if (rule.openings.some((opening) => sentence.startsWith(` ${opening} `))) return true
  if (rule.references.some((reference) => sentence.includes(` ${reference} `))) return true
  return spoken.length <= rule.maxBareWords && !operators.test(text)
}
