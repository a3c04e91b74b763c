/** What someone says about the answer to a request. Fields that were not given are null. */
export type RequestFeedback = {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly thumbs: 'up' | 'down' | null
  /** From 0, useless, to 1. */
  readonly score: number | null
  /** What the answer should have been. */
  readonly correction: string | null
  /** Scores of models for the request, from 0 to 1. */
  readonly scores: Readonly<Record<string, number>> | null
  /** Who says so: the name of a client's key; null if the gateway asks for none. */
  readonly key: string | null
}

/** What the feedback of one actor says of models' answers to one request. */
export type FeedbackLabel = {
  readonly time: number
  /** From 0 to 1, by model; never empty. */
  readonly scores: Readonly<Record<string, number>>
  readonly actor: string | null
}

/**
 * The scores that feedback on one request gives its models, one label for each actor.
 *
 * - Of an actor the latest feedback counts, and it replaces all that the actor said before. At the same time the higher id
 *   is the later one.
 * - `scores` are as they are given.
 * - The model that answered has, if `scores` does not name it: `score`; else 1 for a thumb up and 0 for a thumb down; else, of
 *   a correction, 1 if it says the same as the answer (without regard to case and white space) and 0 if not. An answer whose
 *   text was not kept is taken to differ: a correction is written because it does.
 *
 * @param model the one that answered; null if none did.
 * @param answer its text; null if that was not kept.
 */
export function toFeedbackLabels(
  feedback: readonly RequestFeedback[],
  model: string | null,
  answer: string | null,
): FeedbackLabel[] {
  const latest = new Map<string | null, RequestFeedback>()
  for (const each of feedback) {
    const known = latest.get(each.key)
    if (known === undefined || isLater(each, known)) latest.set(each.key, each)
  }
  const labels: FeedbackLabel[] = []
  for (const each of latest.values()) {
    const scores = toScores(each, model, answer)
    if (Object.keys(scores).length > 0) labels.push({ time: each.time, scores, actor: each.key })
  }
  return labels
}

function isLater(one: RequestFeedback, other: RequestFeedback): boolean {
  return one.time > other.time || (one.time === other.time && one.id > other.id)
}

function toScores(
  { thumbs, score, correction, scores }: RequestFeedback,
  model: string | null,
  answer: string | null,
): Record<string, number> {
  const given = { ...scores }
  if (model === null || Object.hasOwn(given, model)) return given
  if (score !== null) given[model] = score
  else if (thumbs !== null) given[model] = thumbs === 'up' ? 1 : 0
  else if (correction !== null) given[model] = answer !== null && saysTheSame(correction, answer) ? 1 : 0
  return given
}

function saysTheSame(one: string, other: string): boolean {
  return normalise(one) === normalise(other)
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}
