import { basename, resolve } from 'node:path'
import type { HubOptions } from '../../base/files/hub/checkpoint.ts'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import type { EmbedderOptions } from '../embedding/registry.ts'
import type { Precision, TextEncoderOptions } from '../onnx/text-encoder.ts'
import type { CausalLlmSettings } from './causal_llm/settings.ts'
import type { Router } from './router.ts'
import type { Rule } from './rules/rule.ts'

/** Which router, and what it is made of. */
export type RouterSpec = CausalLlmSettings & {
  /** `[a-z0-9_-]+`: the name in `router-<name>-<threshold>`. */
  readonly name: string
  /** One of `routerKinds`. By default what the artifact's folder holds; `mf` for a checkpoint; else the name itself. */
  readonly kind?: string
  /** Folder of a router that was trained here; of a bert router its checkpoint. */
  readonly artifact?: string
  /** Folder or hub id of a checkpoint as upstream publishes it, or of an artifact. */
  readonly checkpoint?: string
  /** Of a checkpoint on a hub. */
  readonly revision?: string
  /** See `loadEmbedder`. By default the one that the artifact was trained on. */
  readonly embedder?: string
  /** Which model of an mf or sw_ranking router stands for the strong one; by default the pair that it was trained for. */
  readonly scoringStrongModel?: string
  readonly scoringWeakModel?: string
  /** Of a bert router: what its encoder computes with; float32 by default. */
  readonly precision?: Precision
  /** Of the random router. */
  readonly seed?: number
  /** Of the rules router, in order; its own by default. */
  readonly rules?: readonly Rule[]
  /** The rules router's win rate where no rule matches. */
  readonly otherwise?: number
}

export type RouterDependencies = {
  readonly embedderOptions: EmbedderOptions
  readonly hub: HubOptions
  /** Keys by the name of the environment variable that a router's `apiKeyEnv` names. */
  readonly apiKeys?: Readonly<Record<string, string>>
  /** How encoders run; `precision` is the router's own to say. */
  readonly inference?: TextEncoderOptions
  /** Folder of the built-in mf router; the package's own by default. */
  readonly builtinArtifact?: string
  /**
   * Refuse a router that can score given embeddings only: serving has nothing but text. Otherwise such a router
   * loads, and fails once it is given a text.
   */
  readonly mustScoreText?: boolean
  /** Told what a person should know though it is no error: that an artifact has expired. */
  readonly onWarning?: (message: string) => void
  /** Against which expiry is judged. */
  readonly now?: () => Date
}

type RouterLoader = (spec: RouterSpec, dependencies: RouterDependencies) => Promise<Router>

const loaders: Readonly<Record<string, RouterLoader>> = {
  mf: async (spec, dependencies) =>
    (await import('./mf/load.ts')).loadMatrixFactorizationRouter(spec, dependencies),
  random: async ({ name, seed }) =>
    (await import('./random/router.ts')).createRandomRouter({ name, ...(seed !== undefined && { seed }) }),
  length: async ({ name }) => (await import('./length/router.ts')).createLengthRouter({ name }),
  rules: async ({ name, rules, otherwise }) =>
    (await import('./rules/router.ts')).createRulesRouter({
      name,
      ...(rules !== undefined && { rules }),
      ...(otherwise !== undefined && { otherwise }),
    }),
  sw_ranking: async (spec, dependencies) =>
    (await import('./sw_ranking/load.ts')).loadSimilarityWeightedRouter(spec, dependencies),
  knn: async (spec, dependencies) =>
    (await import('./knn/load.ts')).loadNearestNeighboursRouter(spec, dependencies),
  causal_llm: async (spec, dependencies) =>
    (await import('./causal_llm/load.ts')).loadCausalLlmRouter(spec, dependencies),
  cluster: async (spec, dependencies) =>
    (await import('./cluster/load.ts')).loadClusterRouter(spec, dependencies),
  few_label: async (spec, dependencies) =>
    (await import('./few_label/load.ts')).loadFewLabelRouter(spec, dependencies),
  bert: async (spec, dependencies) => (await import('./bert/load.ts')).loadBertRouter(spec, dependencies),
}

/** What `kind` may be, and the routers that need no configuration. */
export const routerKinds: readonly string[] = Object.keys(loaders)

/**
 * What a router's name on the command line or in the client means: a kind of router, or the path of an artifact
 * folder, by whose basename it is then called.
 *
 * @throws InvalidRequestError `bad-router-name` where the folder's name cannot be a router's.
 */
export function routerSpec(nameOrPath: string): RouterSpec {
  if (routerKinds.includes(nameOrPath)) return { name: nameOrPath, kind: nameOrPath }
  const name = basename(resolve(nameOrPath))
  if (/^[a-z0-9_-]+$/.test(name)) return { name, artifact: nameOrPath }
  throw new InvalidRequestError(
    'bad-router-name',
    `The router in ${nameOrPath} would be called ${JSON.stringify(name)}, and a name has only a-z, 0-9, _ and -. Rename the folder; routers that need none are ${routerKinds.join(', ')}.`,
    { param: 'router' },
  )
}

/**
 * Loads a router with the code of its kind and no other.
 *
 * @throws ConfigError `unknown-router-kind`, `router-without-artifact`; ArtifactError, HubError or EmbeddingError where a part of it cannot be
 *   had. Each names what to do.
 */
export async function loadRouter(spec: RouterSpec, dependencies: RouterDependencies): Promise<Router> {
  const kind = spec.kind ?? (await impliedKind(spec))
  const loader = Object.hasOwn(loaders, kind) ? loaders[kind] : undefined
  if (loader === undefined)
    throw new ConfigError(
      'unknown-router-kind',
      `Router ${spec.name} is of the kind ${JSON.stringify(kind)}, and there are ${routerKinds.join(', ')}. Name one of them, or upgrade where the router comes from a later release.`,
      { param: 'kind' },
    )
  const { hub, inference } = dependencies
  const embedderOptions = {
    hub,
    ...(inference !== undefined && { inference }),
    ...dependencies.embedderOptions,
  }
  return loader(spec, { ...dependencies, embedderOptions })
}

async function impliedKind({ name, artifact, checkpoint }: RouterSpec): Promise<string> {
  if (artifact !== undefined) {
    if (await (await import('../onnx/checkpoint.ts')).isEncoderFolder(artifact)) return 'bert'
    const { loadRouterManifest } = await import('../../base/artifact/load.ts')
    return (await loadRouterManifest(artifact)).kind
  }
  return checkpoint === undefined ? name : 'mf'
}
