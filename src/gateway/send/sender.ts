import { InvalidRequestError } from '../../errors.ts'
import {
  type AbortRequest,
  defaultProtocols,
  type Provider,
  type ProviderRequest,
  type RefusedField,
  type ReplySink,
  requestsStreamUsage,
} from '../../providers/provider.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { FallbackMode } from '../../routing/policies/fallback-mode.ts'
import { unknownProvider } from '../decide/decider-parts.ts'
import type { Decision } from '../decide/decision.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { MakerMemory } from '../reasoning/maker-memory.ts'
import type { FindTranslation, Translation } from '../translation/translation.ts'
import { findFallbackCandidates } from './failure/fallback-candidates.ts'
import { createRetryRule, noRetries, type RetryRule } from './failure/retry-rule.ts'

/** Sends requests to models. The other half of a gateway; it decides nothing. */
export type Sender = {
  /**
   * Sends one request to the model's provider, which reports the reply to `sink`.
   *
   * @param request its body carries the model's upstream name already.
   * @returns aborts the upstream request.
   */
  send(model: Model, request: ProviderRequest, sink: ReplySink): AbortRequest
  /** Whether streams of the model are to be sent with a request for their usage. */
  requestsUsage(model: Model): boolean
  /** The fields of chat completions that the model's provider refuses. */
  refusedFields(model: Model): readonly RefusedField[]
  /** Which model wrote the states that come back in conversations. */
  readonly makers: MakerMemory
  /** Whether a model that failed is asked again. */
  retryRule(model: Model): RetryRule
  /** The candidates to ask one after the other once the decision's model has failed. */
  fallbackCandidates(decision: Decision): readonly Model[]
  /** Whether the client's own credential goes to the model's provider. */
  passesCredential(model: Model): boolean
  /** Whether the model's provider speaks the protocol, so that requests go to it as they are. */
  speaks(model: Model, protocol: Protocol): boolean
  /**
   * How a request reaches the model's provider if that does not speak its protocol; null if it does.
   *
   * @param path of the request, below `/v1`.
   * @throws InvalidRequestError `not-translatable`.
   */
  findTranslation(model: Model, protocol: Protocol, path: string): Translation | null
  /** The names of the providers that a request on the path can be sent to, translated or not; null if it can to all. */
  findServers(protocol: Protocol, path: string): ReadonlySet<string> | null
}

export type SenderParts = {
  readonly makers: MakerMemory
  readonly findTranslation: FindTranslation
  /** @param policy null: the pair behind `router-…`. */
  fallbackModeOf(policy: string | null): FallbackMode
  /** From 0 to 1, for the jitter of retries. */
  random(): number
}

const noModels: readonly Model[] = []
const noFields: readonly RefusedField[] = []

/** @param providers by name; those of every model that can be decided on. */
export function createSender(
  providers: ReadonlyMap<string, Provider>,
  { findTranslation, fallbackModeOf, random, makers }: SenderParts,
): Sender {
  const spokenBy = ({ provider }: Pick<Model, 'provider'>) =>
    providers.get(provider)?.protocols ?? defaultProtocols

  function findTranslationTo(name: string, protocol: Protocol, path: string): Translation | null {
    const spoken = spokenBy({ provider: name })
    if (spoken.includes(protocol.name)) return null
    const dialect = providers.get(name)?.dialect
    return findTranslation(protocol, path, {
      name,
      protocols: spoken,
      ...(dialect !== undefined && { dialect }),
    })
  }

  function canServe(name: string, protocol: Protocol, path: string): boolean {
    try {
      findTranslationTo(name, protocol, path)
      return true
    } catch (error) {
      if (error instanceof InvalidRequestError) return false
      throw error
    }
  }

  const retryRules = new Map(
    Array.from(providers, ([name, { retries = 0 }]) => [
      name,
      retries === 0 ? noRetries : createRetryRule(retries, random),
    ]),
  )
  return {
    makers,
    retryRule: ({ provider }) => retryRules.get(provider) ?? noRetries,
    fallbackCandidates: (decision) =>
      decision.kind === 'fixed-model'
        ? noModels
        : findFallbackCandidates(decision, fallbackModeOf(decision.policy)),
    speaks: (model, protocol) => spokenBy(model).includes(protocol.name),
    findTranslation: (model, protocol, path) => findTranslationTo(model.provider, protocol, path),
    findServers(protocol, path) {
      const able = [...providers.keys()].filter((name) => canServe(name, protocol, path))
      return able.length === providers.size ? null : new Set(able)
    },
    requestsUsage({ provider: name }) {
      const provider = providers.get(name)
      return provider !== undefined && requestsStreamUsage(provider)
    },
    refusedFields: ({ provider }) => providers.get(provider)?.refusedFields ?? noFields,
    passesCredential: ({ provider }) => providers.get(provider)?.passThrough === true,
    send(model, request, sink) {
      const provider = providers.get(model.provider)
      if (provider !== undefined) return provider.stream(request, sink)
      throw unknownProvider(model, [...providers.keys()])
    },
  }
}
