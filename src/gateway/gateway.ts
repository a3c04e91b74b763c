import type { PooledProvider } from '../providers/endpoints/endpoint-pool.ts'
import { isNetworkedProvider, type Provider } from '../providers/provider.ts'
import type { Model, ModelPair } from '../routing/catalogue/model.ts'
import { defaultFallbackMode, type FallbackMode } from '../routing/policies/fallback-mode.ts'
import type { LearningPolicy } from '../routing/policies/learning/learning-policy.ts'
import type { ObservedCalls } from '../routing/policies/observations/observed-calls.ts'
import { unobserved } from '../routing/policies/observations/unobserved.ts'
import { isClosableRouter } from '../routing/routers/router.ts'
import type { Sessions } from '../routing/sessions/sessions.ts'
import { createDecider, type Decider } from './decide/decider.ts'
import { type DeciderParts, indexByName } from './decide/decider-parts.ts'
import type { Feedback } from './feedback.ts'
import { createCallObserver } from './observe-calls.ts'
import { commonForms } from './protocols/forms.ts'
import { protocols } from './protocols/registry.ts'
import { createMakerMemory, type MakerMemory } from './reasoning/maker-memory.ts'
import type { RequestObserver } from './request-record.ts'
import { createHedging, type HedgeSettings, type Hedging } from './send/hedging.ts'
import { createSender, type Sender } from './send/sender.ts'
import { createPolicyTeacher } from './teach-policies.ts'
import { createTranslations } from './translation/translation.ts'

/** Request → decision → upstream call: a decider and a sender. Independent of HTTP servers. */
export type Gateway = Decider &
  Sender & {
    /** The models that routers choose between. */
    readonly pair: ModelPair
    /** A configured model with its prices; null for a name that is none. */
    findModel(name: string): Model | null
    /** Null if each request is decided alone. */
    readonly sessions: Sessions | null
    /** Base URLs of the providers that use the network, by provider name: a server checks that none is itself. */
    upstreamUrls(): ReadonlyMap<string, string>
    /** What policies know of calls. */
    readonly observed: ObservedCalls
    /** Calls a model a second time if it is late; null if it waits. */
    readonly hedging: Hedging | null
    /** Adds a finished request to `observed`, and to what policies learn. Takes constant time. */
    readonly observe: RequestObserver
    /** The policies that learn. */
    readonly learning: readonly LearningPolicy[]
    /** Tells policies that learn what was said of an answer. */
    reward(feedback: Feedback): void
    /**
     * Closes the providers' idle connections and the routers that hold a thread; requests in flight finish. No decision
     * can be made afterwards.
     */
    close(): Promise<void>
  }

export type GatewayParts = Omit<DeciderParts, 'providers'> & {
  readonly providers: readonly Provider[]
  /** What finished requests are added to. Default: nothing is kept. */
  readonly observed?: ObservedCalls
  /** When a model is called a second time because it is late. Default: never. */
  readonly hedge?: HedgeSettings
  /** Who answers if the chosen model fails. Default: `stronger`. */
  readonly fallbacks?: {
    /** Of the pair behind `router-…`. */
    readonly pair: FallbackMode
    /** By the policy's name. */
    readonly policies: ReadonlyMap<string, FallbackMode>
  }
  /** Which model wrote which reasoning, of the gateway that this one replaces. Default: nothing is known. */
  readonly makers?: MakerMemory
  /** From 0 to 1, for the jitter of retries. Default: `Math.random`. */
  readonly random?: () => number
}

/** Throws what `createDecider` throws, and ConfigError `duplicate-name` for two providers of one name. */
export function createGateway(parts: GatewayParts): Gateway {
  const providers = indexByName('provider', parts.providers)
  const { observed = unobserved } = parts
  const observeCalls = createCallObserver(observed)
  const teacher = createPolicyTeacher(parts.policies?.values() ?? [])

  return {
    ...createDecider({
      ...parts,
      providers: [...providers.keys()],
      findUnavailable: createAvailability(parts.providers),
    }),
    ...createSender(providers, {
      findTranslation: createTranslations(protocols, commonForms),
      fallbackModeOf: (policy) =>
        (policy === null ? parts.fallbacks?.pair : parts.fallbacks?.policies.get(policy)) ??
        defaultFallbackMode,
      random: parts.random ?? Math.random,
      makers: parts.makers ?? createMakerMemory(),
    }),
    pair: parts.pair,
    findModel: (name) => parts.models.find((model) => model.name === name) ?? null,
    sessions: parts.sessions ?? null,
    observed,
    observe(record) {
      observeCalls(record)
      teacher.observe(record)
    },
    reward: teacher.reward,
    learning: teacher.learning,
    hedging:
      parts.hedge === undefined
        ? null
        : createHedging(
            parts.hedge,
            observed,
            parts.models.map(({ name }) => name),
          ),
    upstreamUrls() {
      return new Map(
        parts.providers.flatMap((provider) =>
          baseUrlsOf(provider).map(
            (url, index) => [index === 0 ? provider.name : `${provider.name} (${index + 1})`, url] as const,
          ),
        ),
      )
    },
    async close() {
      const closable = [...parts.providers, ...parts.routers.filter(isClosableRouter)]
      await Promise.all(closable.map((part) => part.close()))
    },
  }
}

function baseUrlsOf(provider: Provider): readonly string[] {
  if ('baseUrls' in provider) return (provider as PooledProvider).baseUrls
  return isNetworkedProvider(provider) ? [provider.baseUrl] : []
}

/** A function that gives whether a model takes no requests now; null if all do, which is usual. */
function createAvailability(providers: readonly Provider[]): () => ((model: Model) => boolean) | null {
  const pools = new Map(
    providers
      .filter((provider): provider is PooledProvider => 'takesAll' in provider)
      .map((pool) => [pool.name, pool]),
  )
  const isUnavailable = ({ provider, upstream }: Model) =>
    pools.get(provider)?.isAvailable(upstream) === false
  return () => {
    for (const pool of pools.values()) if (!pool.takesAll()) return isUnavailable
    return null
  }
}
