import type { Random } from '../../../src/base/math/random.ts'

/** The routed protocols by the names that the speaking model has for them. */
export const spokenProtocols = ['chat', 'messages', 'responses'] as const
export type Spoken = (typeof spokenProtocols)[number]

/** Ways to answer well. The client gets the whole reply. */
export const manners = [
  'plain',
  'slow',
  'gzip',
  'tiny-pieces',
  'wrong-type',
  'no-type',
  'huge-event',
  'until-close',
] as const

/** Failures that show before the first event or byte of an answer, so that another call can take its place. */
export const earlyFaults = [
  'reset',
  'status-500',
  'status-503',
  'busy',
  'busy-for-long',
  'page-200',
  'page-502',
  'error-first',
  'empty',
  'silent',
] as const

/** Failures after an answer has begun. */
export const lateFaults = ['cut', 'cut-until-close', 'stall', 'error-later', 'broken-gzip'] as const

/** What the upstream does with one call. */
export type Behaviour = (typeof manners)[number] | (typeof earlyFaults)[number] | (typeof lateFaults)[number]

/** When the client leaves: once it has sent its request, once the upstream has it, at the reply's head, at the first bytes of its body. */
export const departures = ['sent', 'arrived', 'head', 'body'] as const

/** Everything that happens to one request, decided beforehand. */
export type Plan = {
  readonly number: number
  readonly client: Spoken
  readonly strong: Spoken
  readonly weak: Spoken
  /** Whether the router wants the strong model. */
  readonly isHard: boolean
  readonly stream: boolean
  readonly callsTool: boolean
  readonly key: KeyName
  readonly session: string
  /** By the number of the call; later calls are answered plainly. */
  readonly behaviours: readonly Behaviour[]
  readonly departure: (typeof departures)[number] | null
  readonly policy: PolicyKind
  /** Whether it is a turn on a WebSocket. */
  readonly isTurn: boolean
}

/** `pair` falls from one model to the other; `pooled` is a pair at a provider of several endpoints. */
export type PolicyKind = 'pair' | 'cascade' | 'pooled'

/** `poor` has a budget that does not last; `none` is a key without a name. */
export const keyNames = ['rich', 'poor', 'none'] as const
export type KeyName = (typeof keyNames)[number]

/**
 * @param random the same seed gives the same plans.
 * @param withSilence whether some models fall silent, which a time limit must end.
 */
export function drawPlan(number: number, random: Random, withSilence: boolean): Plan {
  const one = <Item>(items: readonly Item[]): Item => items[random.nextInt(items.length)]!
  const isIn = (share: number) => random.next() < share
  const drawFailure = (): Behaviour => {
    const drawn = isIn(0.6) ? one(earlyFaults) : one(lateFaults)
    if (drawn !== 'silent' && drawn !== 'stall') return drawn
    // A run does not consist of waiting.
    return withSilence && isIn(0.2) ? drawn : 'reset'
  }
  const behaviours: Behaviour[] = []
  while (isIn(behaviours.length === 0 ? 0.35 : 0.4) && behaviours.length < 4) behaviours.push(drawFailure())
  behaviours.push(isIn(0.4) ? one(manners) : 'plain')
  const client = one(spokenProtocols)
  const stream = isIn(0.6)
  return {
    number,
    client,
    strong: one(spokenProtocols),
    weak: one(spokenProtocols),
    isHard: isIn(0.5),
    stream,
    callsTool: isIn(0.2),
    key: isIn(0.7) ? 'rich' : one(keyNames),
    session: `conversation-${random.nextInt(200)}`,
    behaviours,
    departure: isIn(0.2) ? one(departures) : null,
    policy: isIn(0.2) ? 'cascade' : isIn(0.12) ? 'pooled' : 'pair',
    isTurn: client === 'responses' && stream && isIn(0.3),
  }
}

/**
 * Whether the gateway's calls are sure to come to one that answers well: two models are asked twice each, and one that asks
 * for a long wait is not asked again. A stream that may be hedged is not asked for twice. A cascade asks each model once, and
 * the strong one after a weak one that failed or that its verifier finds wrong. Endpoints of a pool may be closed.
 */
export function reachesAnswer({ behaviours, policy, isHard, stream }: Plan): boolean {
  if (policy === 'pooled') return false
  if (policy === 'cascade') {
    const [weak, strong = 'plain'] = behaviours
    return (isOneOf(manners, weak!) && !isHard) || isOneOf(manners, strong)
  }
  const most = stream ? 1 : 2
  let models = 2
  let tries = most
  for (const behaviour of behaviours) {
    if (isOneOf(manners, behaviour)) return true
    if (isOneOf(lateFaults, behaviour)) return false
    tries = behaviour === 'busy-for-long' ? 0 : tries - 1
    if (tries > 0) continue
    models--
    tries = most
    if (models === 0) return false
  }
  return true
}

export function isOneOf<Item extends string>(items: readonly Item[], item: string): item is Item {
  return (items as readonly string[]).includes(item)
}
