import { dirname, resolve } from 'node:path'
import type { Model } from '../routing/catalogue/model.ts'
import type {
  AutoConfig,
  Config,
  EmbedderConfig,
  PairPolicy,
  ProviderConfig,
  RouterConfig,
} from './config.ts'
import { demoModels, demoProviders, standardRouters } from './demo.ts'
import { referencedModel } from './model-reference.ts'
import { isRouterKind } from './schema/router-kinds.ts'
import type { ConfigFile } from './schema/schema.ts'

/** The configuration that a file stands for; whether its names fit together is `crossCheck`'s to say. */
export function assembleConfig(file: ConfigFile, source: string): Config {
  const own = file.models !== undefined || file.providers !== undefined
  const providers = own ? providersOf(file) : demoProviders
  const models = own ? modelsOf(file) : demoModels
  const routers = file.routers === undefined ? standardRouters : routersOf(file.routers, dirname(source))
  const { models: named, policy } = withPolicyModels(file.policy, models, providers)
  return {
    source,
    server: file.server,
    providers,
    models: named,
    routers,
    policy,
    auto: autoOf(file.auto, routers),
    embedder: embedderOf(file.embedder),
    prompt: file.prompt,
  }
}

/**
 * The policy with the models that it names as `provider/upstream name` added to the models. Names that stand for
 * no model stay as they are.
 */
export function withPolicyModels(
  policy: PairPolicy,
  models: readonly Model[],
  providers: readonly ProviderConfig[],
): { policy: PairPolicy; models: readonly Model[] } {
  const all = [...models]
  const names = providers.map((provider) => provider.name)
  for (const reference of [policy.strong, policy.weak]) {
    const model = referencedModel(reference, all, names)
    if (model !== undefined && !all.includes(model)) all.push(model)
  }
  return { policy, models: all }
}

/**
 * `auto` with its defaults: `mf`, else the first router, at the threshold for half of the prompts. Rules and a language
 * model that is asked have no calibration that would say it: the even threshold is theirs.
 */
export function autoOf(
  auto: {
    router?: string | undefined
    threshold?: number | undefined
    strongPercent?: number | undefined
  },
  routers: readonly RouterConfig[],
): AutoConfig {
  const router =
    auto.router ?? (routers.some(({ name }) => name === 'mf') ? 'mf' : (routers[0]?.name ?? 'mf'))
  if (auto.threshold !== undefined) return { kind: 'threshold', router, threshold: auto.threshold }
  const isUncalibrated = routers.some(
    ({ name, kind }) => name === router && (kind === 'rules' || kind === 'causal_llm'),
  )
  if (auto.strongPercent === undefined && isUncalibrated) return { kind: 'threshold', router, threshold: 0.5 }
  return { kind: 'strong-percent', router, strongPercent: auto.strongPercent ?? 50 }
}

/** OpenAI's key is the default at OpenAI's own address only. */
function embedderOf(embedder: ConfigFile['embedder']): EmbedderConfig {
  const { baseUrl, apiKeyEnv = baseUrl === undefined ? 'OPENAI_API_KEY' : undefined } = embedder
  return definedOf({ ...embedder, baseUrl: baseUrl?.replace(/\/+$/, ''), apiKeyEnv })
}

function providersOf(file: ConfigFile): ProviderConfig[] {
  return Object.entries(file.providers ?? {}).map(([name, provider]) =>
    provider.kind === 'demo'
      ? { name, ...provider }
      : definedOf({ name, ...provider, baseUrl: provider.baseUrl.replace(/\/+$/, '') }),
  )
}

function modelsOf(file: ConfigFile): Model[] {
  return Object.entries(file.models ?? {}).map(([name, model]) =>
    definedOf({ name, ...model, upstream: model.upstream ?? name }),
  )
}

function routersOf(routers: NonNullable<ConfigFile['routers']>, folder: string): RouterConfig[] {
  return Object.entries(routers).map(([name, router]) => {
    const trained = router.artifact !== undefined
    const kind = router.kind ?? (trained ? undefined : impliedKind(name, router))
    const asksOpenAI = kind === 'causal_llm' && router.baseUrl === undefined
    return definedOf({
      name,
      ...router,
      kind,
      // OpenAI's key is the default at OpenAI's own address only.
      apiKeyEnv: router.apiKeyEnv ?? (asksOpenAI ? 'OPENAI_API_KEY' : undefined),
      artifact: trained ? resolve(folder, router.artifact ?? '') : undefined,
      checkpoint: isPath(router.checkpoint) ? resolve(folder, router.checkpoint) : router.checkpoint,
      embedder: router.embedder === undefined ? undefined : placedEmbedder(router.embedder, folder),
    })
  })
}

function impliedKind(
  name: string,
  { checkpoint, model, rules }: NonNullable<ConfigFile['routers']>[string],
): string | undefined {
  if (isRouterKind(name)) return name
  if (rules !== undefined) return 'rules'
  if (model !== undefined) return 'causal_llm'
  return checkpoint === undefined ? undefined : 'mf'
}

/** `onnx:./folder` with its path resolved against `folder`; any other embedder as it is. */
export function placedEmbedder(embedder: string, folder: string): string {
  const place = embedder.startsWith('onnx:') ? embedder.slice('onnx:'.length) : undefined
  return isPath(place) ? `onnx:${resolve(folder, place)}` : embedder
}

/** A hub id is `owner/name`; a folder is written as a path. */
function isPath(checkpoint: string | undefined): checkpoint is string {
  return checkpoint !== undefined && /^(\.{0,2}\/|\.{1,2}$|[A-Za-z]:[\\/])/.test(checkpoint)
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The same object without keys whose value is undefined, so that an absent key is absent. */
export function definedOf<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>
}
