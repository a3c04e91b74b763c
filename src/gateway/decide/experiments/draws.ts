import type { Choice } from '../../../routing/policies/choice.ts'
import type { Policy } from '../../../routing/policies/policy.ts'
import type { OpenSession } from '../../../routing/sessions/sessions.ts'
import type { SettledChoice } from '../../../routing/sessions/settle-session.ts'
import type { Task } from '../../../routing/tasks/task.ts'
import type { PolicyDecision } from '../decision.ts'
import type { DrawnArm } from './drawn-arm.ts'
import { createArmOf, findControl, type NamedExperiment } from './experiments.ts'
import { createExploration, type Exploration, type ExplorationOptions } from './exploration.ts'

/** What chance decides for the sessions of a gateway. */
export type DrawOptions = {
  readonly experiments: readonly NamedExperiment[]
  readonly isStopped: (id: string) => boolean
  readonly exploration: ExplorationOptions | null
  /** The policies that take part are `auto` and the named ones, not a pair that a request names itself. */
  readonly auto: Policy
  readonly policies: ReadonlyMap<string, Policy>
}

/** What chance has decided for one session. */
export type SessionDraw = {
  readonly policy: Policy
  readonly experiment: DrawnArm | null
  readonly exploration: Exploration | null
  readonly session: string
}

/** A choice after chance and its conversation. */
export type DrawnChoice = {
  /** Absent outside of a conversation. */
  readonly settled: SettledChoice | null
  readonly choice: Choice
  /** Of the candidates of `choice`; null if nothing was drawn. */
  readonly propensities: ArrayLike<number> | null
  /** Whether the model is not the policy's, but drawn. */
  readonly isDrawn: boolean
  /** The model that the policy would have answered with; is remembered as its wish. */
  readonly wish: Choice['model']
}

/**
 * Draws for a request: null if its policy takes part in nothing, or if there is nothing to draw by.
 *
 * @param session its id; undefined if the request has none and is not known by an id of its own.
 */
export type DrawSession = (policy: Policy, session: string | undefined) => SessionDraw | null

/** Null if nothing is ever drawn. @throws ConfigError as `findControl`. */
export function createDraws({
  experiments,
  isStopped,
  exploration,
  auto,
  policies,
}: DrawOptions): DrawSession | null {
  if (experiments.length === 0 && exploration === null) return null
  const arms = experiments.map((each) => ({ ...each, control: findControl(each, auto, policies) }))
  const armOf = createArmOf(arms, isStopped)
  const explores = exploration === null ? null : createExploration(exploration)
  const taking = new Set([auto, ...policies.values()])
  return (policy, session) => {
    if (session === undefined || !taking.has(policy)) return null
    const arm = armOf(policy, session)
    if (arm === null && explores === null) return null
    return {
      policy: arm?.policy ?? policy,
      experiment: arm?.experiment ?? null,
      exploration: explores,
      session,
    }
  }
}

/**
 * The policy's choice after the draw of its session and what the conversation makes of it. A session that explores keeps the
 * probabilities of its first turn: what the policy chose then is remembered as its wish.
 */
export function settleDrawn(
  chosen: Choice,
  open: OpenSession | null,
  { exploration, session }: SessionDraw,
): DrawnChoice {
  const explored = exploration?.explore(chosen, session) ?? null
  const isDrawn = explored?.isDrawn === true
  const wanted = explored?.choice ?? chosen
  const settled = open === null ? null : open.settle(wanted, isDrawn)
  const choice = settled?.choice ?? wanted
  if (exploration === null || explored === null)
    return { settled, choice, propensities: null, isDrawn: false, wish: chosen.model }
  const { candidates } = choice
  if (!isDrawn) {
    const propensities = exploration.propensities(candidates, choice.model.name)
    return { settled, choice, propensities, isDrawn, wish: chosen.model }
  }
  const remembered = candidates.find(({ model, excluded }) => excluded === null && model.name === open?.wish)
  const wish = remembered?.model ?? chosen.model
  // In a tool loop that began with another model, nothing was drawn for this turn.
  const isFollowed = choice.model.name === wanted.model.name
  const propensities = isFollowed ? exploration.propensities(candidates, wish.name) : null
  return { settled, choice, propensities, isDrawn: isFollowed, wish }
}

/** The decision that follows from the policy's choice; the conversation remembers it. */
export function decideDrawn(
  chosen: Choice,
  { task, features }: { readonly task: Task | null; readonly features: string | null },
  open: OpenSession | null,
  draw: SessionDraw,
): PolicyDecision {
  const { settled, choice, propensities, wish } = settleDrawn(chosen, open, draw)
  open?.begin(choice.model, wish)
  return Object.assign(
    { task },
    features === null ? null : { features },
    open === null || settled === null
      ? null
      : { session: { key: open.key, asked: open.asked, signal: open.signal, ...settled.session } },
    draw.experiment === null ? null : { experiment: draw.experiment },
    choice,
    propensities === null ? null : { propensities },
  )
}
