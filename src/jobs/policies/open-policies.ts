import type { Config } from '../../config/config.ts'
import { referencedModel } from '../../config/model-reference.ts'
import { addListPrices } from '../../config/prices/add-list-prices.ts'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import type { ComparedPolicy } from '../../learning/evaluation/policies/replay.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { unobserved } from '../../routing/policies/observations/unobserved.ts'
import { createPolicy, findPolicyKind, type PolicySpec } from '../../routing/policies/registry.ts'
import { loadRouters } from '../../routing/routers/load-routers.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import { createVerifierLoading, type LoadVerifier } from '../../routing/verifiers/verifier-loading.ts'
import { findRouter } from '../named-routers.ts'
import type { Workspace } from '../workspace.ts'

/** A configured policy, and the names of the routers that it asks. */
export type OpenPolicy = ComparedPolicy & {
  readonly spec: PolicySpec
  readonly routers: readonly string[]
}

export type OpenRouter = { readonly spec: RouterSpec; readonly router: Router }

/** Policies with their routers loaded. */
export type OpenPolicies = {
  readonly policies: readonly OpenPolicy[]
  /** Those that the policies ask, by name. */
  readonly routers: ReadonlyMap<string, OpenRouter>
  /** The models that any policy may choose, each once. */
  readonly candidates: readonly Model[]
  /** Where the prices are from that the configuration does not state, with their day; null if there are none. */
  readonly listPrices: string | null
  /** The same policies, asking other routers. */
  withRouters(replace: (router: OpenRouter) => Router): Promise<readonly OpenPolicy[]>
  close(): Promise<void>
}

/** The policies of a configuration: those that have a name, and what `auto` is if it is none of them. */
export function findPolicySpecs({ policies, auto, policy: { strong, weak } }: Config): readonly PolicySpec[] {
  if (auto.kind === 'policy') return policies
  const { kind: _kind, router, ...rule } = auto
  return [...policies, { name: 'auto', kind: 'pair', strong, weak, router, ...rule }]
}

/** @throws InvalidRequestError `unknown-policy` that names the policies that there are. */
export function findPolicySpec(config: Config, name: string, param = '--policy'): PolicySpec {
  const specs = findPolicySpecs(config)
  const found = specs.find((spec) => spec.name === name)
  if (found !== undefined) return found
  throw new InvalidRequestError(
    'unknown-policy',
    `there is no policy ${JSON.stringify(name)} in ${config.source}; it has ${specs.map((spec) => spec.name).join(', ')}`,
    { param },
  )
}

/**
 * Loads the routers that policies ask and creates the policies. Nothing is sent to a provider.
 *
 * Throws ConfigError `bad-policy` for a policy that cannot be created, and what `loadRouters` throws.
 */
export async function openPolicies(
  specs: readonly PolicySpec[],
  workspace: Workspace,
): Promise<OpenPolicies> {
  const { dependencies } = workspace
  const { embedderOptions } = dependencies
  // As the gateway prices its models.
  const { models, source } = await addListPrices(workspace.config, dependencies.now?.() ?? new Date())
  const config = { ...workspace.config, models }
  const routersOf = (spec: PolicySpec) => findRouterNames(spec)
  const names = [...new Set(specs.flatMap(routersOf))]
  const routerSpecs = names.map((name) => findRouter(name, workspace))
  const loaded = await loadRouters(routerSpecs, {
    ...dependencies,
    embedderOptions: { ...embedderOptions, shared: new Map() },
  })
  const routers = new Map(
    names.map((name, place) => [name, { spec: routerSpecs[place]!, router: loaded[place]! }]),
  )
  const loadVerifier = createVerifierLoading(config.source, dependencies)
  const create = (replace: (router: OpenRouter) => Router) =>
    Promise.all(
      specs.map(async (spec) => ({
        name: spec.name,
        kind: spec.kind,
        spec,
        routers: routersOf(spec),
        policy: await createOpenPolicy(spec, config, (name) => replace(routers.get(name)!), loadVerifier),
      })),
    )
  const close = async () => {
    await Promise.all(loaded.filter(isClosableRouter).map((router) => router.close()))
  }
  try {
    const policies = await create(({ router }) => router)
    const candidates = new Map(
      policies.flatMap(({ policy }) => policy.models.map((model) => [model.name, model] as const)),
    )
    return {
      policies,
      routers,
      candidates: [...candidates.values()],
      listPrices: source,
      withRouters: create,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function findRouterNames({ name: _name, kind, ...settings }: PolicySpec): string[] {
  const { references, settings: schema } = findPolicyKind(kind)
  return references(schema.parse(settings)).routers.map(({ name }) => name)
}

async function createOpenPolicy(
  spec: PolicySpec,
  config: Config,
  findNamedRouter: (name: string) => Router,
  loadVerifier: LoadVerifier,
): Promise<OpenPolicy['policy']> {
  const providers = config.providers.map(({ name }) => name)
  try {
    return await createPolicy(spec, {
      findModel(name) {
        const model = referencedModel(name, config.models, providers)
        if (model !== undefined) return model
        throw new InvalidRequestError('unknown-model', `there is no model ${JSON.stringify(name)}`)
      },
      findRouter: findNamedRouter,
      observed: unobserved,
      loadVerifier,
      routerTimeoutMs: replayTimeoutMs,
    })
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('bad-policy', `The policy "${spec.name}" cannot be used: ${problem}`, {
      param: `policies.${spec.name}`,
      cause,
    })
  }
}

/** A replay waits for a router that a gateway would give up. */
const replayTimeoutMs = 60_000
