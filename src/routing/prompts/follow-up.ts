/**
 * When a user turn only makes sense together with the turns before it. Plain data: a configuration can shorten,
 * extend or translate the lists. Words and phrases are lower case.
 */
export type FollowUpRule = {
  /** A longer turn (UTF-16 units, outer white space aside) is a request of its own. */
  readonly maxCharacters: number
  /** A turn of more words is a request of its own. A Chinese, Japanese or Thai character counts as a word. */
  readonly maxWords: number
  /** A turn of at most so many words is a follow-up whatever they are, unless it holds a digit or an operator. */
  readonly maxBareWords: number
  /** A short turn that begins with one of these is a follow-up: "yes, …", "what about …". */
  readonly openings: readonly string[]
  /** A short turn that holds one of these words is a follow-up: it points at something said before. */
  readonly references: readonly string[]
}

export const defaultFollowUpRule: FollowUpRule = {
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
 * Whether a user turn is a short follow-up to the turns before it ("commit it", "yes, go on", "do the same for
 * b.ts") and no request of its own ("Prove Fermat's last theorem.", "What is 17*23?").
 *
 * It is one if it has at most `maxCharacters` and `maxWords`, and begins with an opening, holds a reference, or is
 * so short (`maxBareWords`) that it can hardly stand alone ("in French", "继续") and is no sum to work out.
 *
 * A request that is wrongly taken for a follow-up is scored together with the turns before it; a follow-up that
 * is missed is scored as an easy prompt and drops a hard conversation to the weak model. So the lists lean
 * towards follow-ups. Whether there are turns before it is the caller's business.
 */
export function isFollowUp(turn: string, rule: FollowUpRule = defaultFollowUpRule): boolean {
  // Outer white space is no reason to read a long text to its end.
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
