import { InvalidRequestError } from '../../errors.ts'
import { thresholdForStrongFraction } from '../../routing/calibration/threshold.ts'
import { findUnmetDemand } from '../../routing/catalogue/exclusion.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { noNeeds } from '../../routing/catalogue/request-needs.ts'
import { tolerateMissingFeatures } from '../../routing/embedding/tolerate-missing-features.ts'
import { refuseIfAllExcluded } from '../../routing/policies/candidates.ts'
import type { Choice, RoutedChoice } from '../../routing/policies/choice.ts'
import { createPairPolicies } from '../../routing/policies/pair/policy.ts'
import {
  type CallerSignal,
  isDescribingPolicy,
  isExplainingPolicy,
  type Policy,
  type PolicyRequest,
} from '../../routing/policies/policy.ts'
import { defaultPromptRule, routedPrompt } from '../../routing/prompts/prompt-rule.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { isCalibratedRouter, isExplainingRouter, type Router } from '../../routing/routers/router.ts'
import type { OpenSession } from '../../routing/sessions/sessions.ts'
import type { Task } from '../../routing/tasks/task.ts'
import { tolerateFailures } from '../../routing/tasks/task-reader.ts'
import { checkKeyAccess, type KeyAccess, mayName } from './access/key-access.ts'
import { createAutoPolicy } from './auto.ts'
import type { RequestPace } from './decided-pace.ts'
import { checkProviders, type DeciderParts, findPairModel, indexByName } from './decider-parts.ts'
import type { Decision, PolicyDecision } from './decision.ts'
import { createDraws, decideDrawn, type SessionDraw, settleDrawn } from './experiments/draws.ts'
import { explainDraw } from './experiments/explain-draw.ts'
import type { ScoreLevel } from './explanation/describe-task.ts'
import { explainDecision, unread } from './explanation/explain.ts'
import { explainSession } from './explanation/explain-session.ts'
import type { ExplainedDecision } from './explanation/explained-decision.ts'
import { autoName, checkModelNames, policyPrefix, quoted } from './model-name.ts'
import { advertisedName, createModelResolver } from './resolve-model.ts'
import type { RouteRequest } from './route-request.ts'

/** Decides which model answers a request. Sends nothing and refers to providers by name only. */
export type Decider = {
  /**
   * Which model answers. Returns at once if the router does; a router that fails gives a `fallback` decision.
   * Throws (or rejects with) InvalidRequestError for a model name that does not exist here, RouterError of status 429
   * for a router that is overloaded.
   */
  decide(request: RouteRequest, signal?: CallerSignal): Decision | Promise<Decision>
  /** The same decision with its explanation: its candidates, what moved the score, and what would flip it. */
  explain(request: RouteRequest, signal?: CallerSignal): Promise<ExplainedDecision>
  /**
   * What `GET /v1/models` lists: `auto`, each policy, each router (at 50 % strong calls if it is calibrated, otherwise at its
   * default threshold), each configured model.
   *
   * @param key leaves out what a request of this key may not name. Default: nothing is left out.
   */
  models(key?: KeyAccess): readonly ListedModel[]
  /**
   * The listing of a name that `decide` accepts, listed or not.
   *
   * @throws InvalidRequestError as `decide` does for a name that it does not accept; `model-not-found` (404) for one that the
   *   key may not name.
   */
  findListed(name: string, key?: KeyAccess): ListedModel
}

export type ListedModel = {
  readonly id: string
  /** `routellm` for routers and policies, the provider's name for models. */
  readonly ownedBy: string
  /** What a lock file serves under the name, for a person; absent if it says nothing of it. */
  readonly description?: string
}

const defaultRouterTimeoutMs = 500

/** @throws ConfigError if the parts do not fit together: two of one name, a pair or provider that does not exist. */
export function createDecider(parts: DeciderParts): Decider {
  const { promptRule = defaultPromptRule, routerTimeoutMs = defaultRouterTimeoutMs, log } = parts
  const { policies = new Map<string, Policy>() } = parts
  const warnOf = (message: string) => (error: unknown) =>
    log?.warn({ problem: error instanceof Error ? error.name : typeof error }, message)
  const taskReader =
    parts.taskReader &&
    tolerateFailures(
      parts.taskReader,
      warnOf('the kind of work cannot be read; decisions are made without it'),
    )
  const featuresOf =
    parts.featuresOf &&
    tolerateMissingFeatures(
      parts.featuresOf,
      warnOf('the vector of a prompt cannot be read; requests are kept without it'),
    )
  const routers = indexByName('router', parts.routers)
  const models = indexByName('model', parts.models)
  checkModelNames(parts.models)
  checkProviders(parts)
  const strong = findPairModel(models, parts.pair, 'strong')
  const weak = findPairModel(models, parts.pair, 'weak')
  const named = { routers, models, providers: parts.providers }
  const auto = createAutoPolicy(parts.auto, parts.pair, { ...named, policies, routerTimeoutMs })
  const resolveModel = createModelResolver({
    ...named,
    createPairPolicy: createPairPolicies({ strong, weak, routerTimeoutMs }),
    auto,
    policies,
  })
  const drawSession = createDraws({
    experiments: parts.experiments ?? [],
    isStopped: parts.isStopped ?? (() => false),
    exploration: parts.exploration ?? null,
    auto,
    policies,
  })

  function toRoutedListing(id: string): ListedModel {
    const description = parts.descriptions?.get(id)
    return { id, ownedBy: 'routellm', ...(description !== undefined && { description }) }
  }

  function openSession(request: RouteRequest): OpenSession | null {
    if (parts.sessions === undefined || request.origin === undefined || 'prompt' in request) return null
    const { model: name, messages, needs, origin } = request
    return parts.sessions.open({ messages, name, inputTokens: needs?.inputTokens ?? 0, ...origin })
  }

  function toPolicyRequest(request: RouteRequest, session: OpenSession | null): AskedRequest {
    const unit = session?.id ?? request.id
    const isUnavailable = parts.findUnavailable?.() ?? null
    const { needs: stated = noNeeds } = request
    const needs = isUnavailable === null ? stated : { isUnavailable, ...stated }
    const messages = 'prompt' in request ? [] : request.messages
    const prompt =
      'prompt' in request
        ? promptFromText(request.prompt)
        : routedPrompt(messages, promptRule, parts.followUpReader)
    let task: Task | null | undefined
    return {
      prompt,
      messages,
      needs,
      cachedTokens: session === null ? null : session.cachedTokens,
      ...(unit !== undefined && { unit }),
      ...(request.pace !== undefined && { pace: request.pace.factor }),
      task: () => {
        task ??= taskReader?.taskOf(prompt.text) ?? null
        return task
      },
    }
  }

  /** The choice after its conversation, which remembers it. */
  function toSettledDecision(
    choice: Choice,
    read: ReadPrompt,
    open: OpenSession | null,
    draw: SessionDraw | null,
  ): PolicyDecision {
    if (draw !== null) {
      const decision = decideDrawn(choice, read, open, draw)
      warnOfFallback(decision)
      return decision
    }
    if (open === null) return toDecision(choice, read)
    const settled = open.settle(choice)
    open.begin(settled.choice.model, choice.model)
    warnOfFallback(settled.choice)
    const { task, features } = read
    const session = { key: open.key, asked: open.asked, signal: open.signal, ...settled.session }
    const final = settled.choice.model === choice.model ? settled.choice : withoutPropensities(settled.choice)
    return features === null ? { task, session, ...final } : { task, features, session, ...final }
  }

  function toDecision(choice: Choice, { task, features }: ReadPrompt): PolicyDecision {
    warnOfFallback(choice)
    return features === null ? { task, ...choice } : { task, features, ...choice }
  }

  function warnOfFallback(choice: Choice): void {
    if (choice.kind !== 'fallback') return
    const { fallback, router, problem } = choice
    log?.warn({ fallback, router, problem }, 'a router failed; the safest model answers')
  }

  return {
    decide(request, signal) {
      const resolved = resolveModel(request.model)
      checkKeyAccess(resolved, request)
      if (resolved.kind === 'model') return decideFixed(resolved.model, request)
      const session = openSession(request)
      const asked = toPolicyRequest(request, session)
      const draw = drawSession === null ? null : drawSession(resolved.policy, session?.id ?? request.id)
      const choice = (draw === null ? resolved : draw).policy.choose(asked, signal)
      // After the router: it has just computed the vector. While a slow one is waited for, this costs no time.
      const read = { task: asked.task(), features: featuresOf?.(asked.prompt.text) ?? null }
      return choice instanceof Promise
        ? choice.then((chosen) => withBudget(toSettledDecision(chosen, read, session, draw), request.pace))
        : withBudget(toSettledDecision(choice, read, session, draw), request.pace)
    },
    async explain(request, signal) {
      const resolved = resolveModel(request.model)
      checkKeyAccess(resolved, request)
      if (resolved.kind === 'model')
        return explainDecision(decideFixed(resolved.model, request), {
          ...unread,
          needs: request.needs ?? noNeeds,
        })
      const session = openSession(request)
      const draw = drawSession?.(resolved.policy, session?.id ?? request.id) ?? null
      const { policy } = draw ?? resolved
      const asked = toPolicyRequest(request, session)
      const { needs } = asked
      const callerSignal = typeof signal === 'function' ? signal() : signal
      const reading = taskReader?.read(asked.prompt.text) ?? null
      const read = { task: reading?.task ?? null, features: null }
      const decision = withBudget(toDecision(await policy.choose(asked, callerSignal), read), request.pace)
      const drawn = draw === null ? null : settleDrawn(decision, session, draw)
      const settled = drawn === null ? (session?.settle(decision) ?? null) : drawn.settled
      if (decision.kind !== 'routed')
        return explainSession(
          explainDraw(explainDecision(decision, { ...unread, needs }), draw, drawn),
          settled,
        )
      const context = {
        reading,
        needs,
        score: scoreLevelOf(decision, routers),
        ...(isDescribingPolicy(policy) && { description: policy.describe(decision) }),
        // Without a router nothing was scored, so nothing moved a score.
        ...(isExplainingPolicy(policy) &&
          decision.router !== null && { reasons: await policy.explain(asked, callerSignal) }),
      }
      return explainSession(explainDraw(explainDecision(decision, context), draw, drawn), settled)
    },
    models(key) {
      const routed = parts.routers.map(advertisedName)
      const policyNames = [...policies.keys()].map((name) => `${policyPrefix}${name}`)
      const all = [
        ...[autoName, ...policyNames, ...routed].map(toRoutedListing),
        ...parts.models.map((model) => ({ id: model.name, ownedBy: model.provider })),
      ]
      return key === undefined ? all : all.filter(({ id }) => mayName(key, resolveModel(id)))
    },
    findListed(name, key) {
      const resolved = resolveModel(name)
      if (key !== undefined && !mayName(key, resolved))
        throw new InvalidRequestError(
          'model-not-found',
          `The key ${quoted(key.name)} may not use ${quoted(name)}. GET /v1/models lists what it may use.`,
          { param: 'model', status: 404 },
        )
      return resolved.kind === 'model'
        ? { id: name, ownedBy: resolved.model.provider }
        : toRoutedListing(name)
    },
  }
}

/** The decision with the budget whose pace it was made at. */
function withBudget(decision: PolicyDecision, pace: RequestPace | undefined): PolicyDecision {
  if (pace === undefined || decision.kind === 'fallback' || decision.pace === undefined) return decision
  return { ...decision, pacedBudget: pace.budget }
}

/** The conversation chose another model than the policy drew, so nobody knows the probability with which that was to come. */
function withoutPropensities(choice: Choice): Choice {
  if (choice.kind === 'fallback' || choice.propensities === undefined) return choice
  const { propensities: _, ...known } = choice
  return known
}

/**
 * A model that is named itself is sent what it may not be able to answer: the client chose it. A demand is the client's
 * word too, so one that the model does not meet is an error.
 *
 * @throws InvalidRequestError `no-candidate`; what `refuseIfAllExcluded` throws for a key that may not call it.
 */
function decideFixed(model: Model, { needs = noNeeds }: RouteRequest): Decision {
  const excluded = findUnmetDemand(model, needs) ?? needs.allowance?.findExclusion(model, needs) ?? null
  if (excluded !== null) refuseIfAllExcluded([{ model, usd: null, excluded }], needs)
  return { kind: 'fixed-model', model }
}

/** What was read of the prompt beside its score. */
type ReadPrompt = { readonly task: Task | null; readonly features: string | null }

type AskedRequest = Omit<PolicyRequest, 'task'> & { task(): Task | null }

/** Where the win rate is among those that its router was calibrated on. */
function scoreLevelOf(
  { router: name, strongWinRate }: RoutedChoice,
  routers: ReadonlyMap<string, Router>,
): ScoreLevel {
  const router = name === null ? undefined : routers.get(name)
  if (router === undefined || strongWinRate === null || !isExplainingRouter(router)) return 'unexplained'
  if (!isCalibratedRouter(router)) return 'uncalibrated'
  return strongWinRate >= thresholdForStrongFraction(router.winRateQuantiles, 0.5) ? 'high' : 'low'
}
