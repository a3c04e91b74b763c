import { randomInt, randomUUID } from 'node:crypto'
import { InvalidRequestError, RouteLLMError } from '../../../../../errors.ts'
import type { RevealedModel, Verdict } from '../../../../../server/admin/actions/label-actions.ts'
import type { LabelState } from '../../../../../store/records/types/labels.ts'

/** An answer of a model, on a side or alone. */
export type Side = { readonly model: string; readonly usd: number | null }

/** What a page was shown, which it does not know itself. */
export type Shown = {
  readonly requestId: string
  readonly sides:
    | { readonly kind: 'two'; readonly left: Side; readonly right: Side }
    | { readonly kind: 'one'; readonly only: Side }
    | { readonly kind: 'none' }
  /** As the queue had it. */
  readonly seen: Pick<LabelState, 'state' | 'answered'>
}

/** An answer that can be taken back. */
export type Given = {
  readonly requestId: string
  readonly answered: number
  readonly before: LabelState
}

/** What was shown, and what was said of it, for as long as the server runs. */
export type ShownItems = {
  /** @returns the id by which the page names it. */
  add(shown: Shown): string
  /** @throws RouteLLMError `label-not-shown`. */
  find(id: string): Shown
  give(id: string, given: Given): void
  /** The answer that was given to what was shown; it can be taken back once. @throws RouteLLMError `label-not-shown`. */
  takeBack(id: string): Given
  /** Whether the answer that the client has is on the left of a request; drawn once for each. */
  isFirstLeft(requestId: string): boolean
  /** How the answers of a request were shown first; null: not yet. */
  findForm(requestId: string): ShownForm | null
}

/** Both answers of a request, or the client's alone. */
export type ShownForm = 'two' | 'one'

const mostKept = 1000

/** @param draw whether the client's answer goes to the left. Default: at random. */
export function createShownItems(draw: () => boolean = () => randomInt(2) === 0): ShownItems {
  const items = createMemory<Shown>()
  const given = createMemory<Given>()
  const sides = createMemory<boolean>()
  const forms = createMemory<ShownForm>()
  return {
    add(shown) {
      const id = randomUUID()
      items.set(id, shown)
      const { requestId, sides: seen } = shown
      if (seen.kind !== 'none' && !forms.has(requestId)) forms.set(requestId, seen.kind)
      return id
    },
    find: (id) => items.get(id) ?? notShown(),
    give: (id, answer) => given.set(id, answer),
    takeBack(id) {
      const found = given.get(id) ?? notShown()
      given.delete(id)
      return found
    },
    isFirstLeft(requestId) {
      const known = sides.get(requestId)
      if (known !== undefined) return known
      const drawn = draw()
      sides.set(requestId, drawn)
      return drawn
    },
    findForm: (requestId) => forms.get(requestId) ?? null,
  }
}

/** A map that forgets its oldest entries. */
function createMemory<Value>(): Map<string, Value> {
  const map = new Map<string, Value>()
  const set = map.set.bind(map)
  map.set = (key, value) => {
    set(key, value)
    if (map.size > mostKept) map.delete(map.keys().next().value!)
    return map
  }
  return map
}

function notShown(): never {
  throw new RouteLLMError(
    'label-not-shown',
    'The server has been restarted since these answers were shown, and does not know any more which model gave which. Nothing was changed; open the request again.',
    { status: 409 },
  )
}

/**
 * The scores of a verdict by side. Of two answers the better one has 1 and the other 0, both have ½ if they are equally good and 0 if
 * both are bad; a single one has 1 or 0. Null skips.
 *
 * @throws InvalidRequestError `bad-request` for a verdict on what was not shown.
 */
export function toScores({ sides }: Shown, verdict: Verdict): readonly RevealedModel[] | null {
  if (verdict === 'skip') return null
  switch (sides.kind) {
    case 'two': {
      const scores = scoresOfTwo[verdict as keyof typeof scoresOfTwo]
      if (scores === undefined) break
      return [
        { ...sides.left, score: scores[0] },
        { ...sides.right, score: scores[1] },
      ]
    }
    case 'one':
      if (verdict === 'good' || verdict === 'bad')
        return [{ ...sides.only, score: verdict === 'good' ? 1 : 0 }]
      break
    case 'none':
      break
  }
  throw new InvalidRequestError(
    'bad-request',
    `The verdict "${verdict}" does not fit what was shown: ${shownInWords[sides.kind]}.`,
    { param: 'verdict' },
  )
}

const scoresOfTwo = { left: [1, 0], right: [0, 1], equal: [0.5, 0.5], bad: [0, 0] } as const
const shownInWords = { two: 'two answers', one: 'one answer', none: 'no answer' } as const
