import { basename, resolve } from 'node:path'

import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { bert } from './bert/kind.ts'
import { cascadeKind } from './cascade-kind.ts'
import { causalLlm } from './causal_llm/kind.ts'
import { cluster } from './cluster/kind.ts'
import { fewLabel } from './few_label/kind.ts'
import { knn } from './knn/kind.ts'
import { length } from './length/kind.ts'
import { mf } from './mf/kind.ts'
import { random } from './random/kind.ts'
import { type Router, routerNamePattern } from './router.ts'
import type { RouterDependencies, RouterKind, RouterSpecOf } from './router-kind.ts'
import { rules } from './rules/kind.ts'
import type { SharedSettings } from './shared-settings.ts'
import { swRanking } from './sw_ranking/kind.ts'

/** The kinds of router that there are, one a row. */
const table = [mf, random, length, rules, swRanking, knn, cluster, fewLabel, bert, causalLlm] as const

/** The kinds of this package. Functions that take `kinds` take these by default, and any others. */
export const builtinRouterKinds: readonly RouterKind[] = table

/** The names of the kinds of this package. */
export const routerKinds: readonly string[] = table.map(({ kind }) => kind)

type TaggedSpec<Kind> =
  Kind extends RouterKind<infer Name, infer Settings>
    ? { readonly kind: Name } & RouterSpecOf<Settings>
    : never

/** Specifies a router: its name, its kind and its settings. */
export type RouterSpec = TaggedSpec<(typeof table)[number]> | UntaggedSpec

/**
 * A router whose kind follows from the rest: the kind of the artifact, the kind that a setting implies, or the kind
 * that `name` gives.
 */
export type UntaggedSpec = { readonly name: string; readonly kind?: undefined } & SharedSettings

/** The kind of that name. Undefined if there is none. */
export function findRouterKind(
  name: string | undefined,
  kinds: readonly RouterKind[] = builtinRouterKinds,
): RouterKind | undefined {
  return kinds.find(({ kind }) => kind === name)
}

/** The kind that a router without `kind` and artifact is of: the one that its name names, or one that a key implies. */
export function impliedRouterKind(
  name: string,
  settings: object,
  kinds: readonly RouterKind[] = builtinRouterKinds,
): string | undefined {
  if (findRouterKind(name, kinds) !== undefined) return name
  const takers = (key: string) => kinds.filter((kind) => key in kind.settings.shape).length
  const implied = kinds.flatMap(({ kind, configuration }) => {
    const key = configuration?.impliedBy?.key
    return key !== undefined && key in settings ? [{ kind, takers: takers(key) }] : []
  })
  // A key that fewer kinds take says more.
  return implied.toSorted((one, other) => one.takers - other.takers)[0]?.kind
}

/** The environment variables that hold a router's keys. */
export function routerKeyVariables(
  spec: RouterSpec,
  kinds: readonly RouterKind[] = builtinRouterKinds,
): readonly string[] {
  return findRouterKind(spec.kind, kinds)?.needs?.keys?.(spec) ?? []
}

/** The kind of the trained router in a folder. Throws ArtifactError if there is none. */
export async function kindOfTrainedFolder(
  folder: string,
  kinds: readonly RouterKind[] = builtinRouterKinds,
): Promise<string> {
  for (const { kind, origin } of kinds) if ((await origin?.isTrainedFolder?.(folder)) === true) return kind
  const { loadRouterManifest } = await import('../../base/artifact/load.ts')
  return (await loadRouterManifest(folder)).kind
}

/**
 * The router for a name on the command line or in the client: a kind of router, or the path of an artifact
 * folder. The folder's basename is then the router's name.
 *
 * @throws InvalidRequestError `bad-router-name` if the folder's name cannot be a router's.
 */
export function routerSpec(
  nameOrPath: string,
  kinds: readonly RouterKind[] = builtinRouterKinds,
): RouterSpec {
  if (findRouterKind(nameOrPath, kinds) !== undefined) return specOfKind(nameOrPath)
  const name = basename(resolve(nameOrPath))
  if (routerNamePattern.test(name)) return { name, artifact: nameOrPath }
  throw new InvalidRequestError(
    'bad-router-name',
    `The router in ${nameOrPath} would be called ${JSON.stringify(name)}, and a name has only a-z, 0-9, _ and -. Rename the folder; routers that need none are ${kinds.map(({ kind }) => kind).join(', ')}.`,
    { param: 'router' },
  )
}

/** A router of a kind with all its defaults, named like the kind. */
export function specOfKind(kind: string): RouterSpec {
  // Every setting of every kind is optional, so a known kind is a complete spec.
  return { name: kind, kind } as RouterSpec
}

/**
 * Loads a router with the code of its kind and no other.
 *
 * @throws ConfigError `unknown-router-kind`, `router-without-artifact`; ArtifactError, HubError or EmbeddingError if a
 *   part of it cannot be loaded. Each names what to do.
 */
export async function loadRouter(spec: RouterSpec, dependencies: RouterDependencies): Promise<Router> {
  const kind = await resolveRouterKind(spec, dependencies)
  const { name, artifact } = spec
  if (kind.training?.isNeeded === true && artifact === undefined)
    throw new ConfigError(
      'router-without-artifact',
      `Router ${name} is of the kind ${kind.kind}, which needs the artifact that training writes. Train one with: routellm train ${kind.kind} ${kind.training.option} ${kind.training.file} --strong-model <name> --weak-model <name> --output ./my-${kind.kind}. Then name its folder: --router ./my-${kind.kind}, or in routellm.yaml: my-${kind.kind}: { artifact: ./my-${kind.kind} }.`,
      { param: 'artifact' },
    )
  const { hub, inference } = dependencies
  const embedderOptions = {
    hub,
    ...(inference !== undefined && { inference }),
    ...dependencies.embedderOptions,
  }
  return kind.load(spec, { ...dependencies, embedderOptions })
}

/** The kind of a router. Throws ConfigError `unknown-router-kind` or `verifier-not-router`, and ArtifactError if its artifact cannot be read. */
export async function resolveRouterKind(
  spec: RouterSpec,
  { kinds = builtinRouterKinds }: Pick<RouterDependencies, 'kinds'>,
): Promise<RouterKind> {
  const { name, artifact } = spec
  const named =
    spec.kind ??
    (artifact === undefined
      ? (impliedRouterKind(name, spec, kinds) ?? name)
      : await kindOfTrainedFolder(artifact, kinds))
  const kind = findRouterKind(named, kinds)
  if (kind !== undefined) return kind
  if (named === cascadeKind)
    throw new ConfigError(
      'verifier-not-router',
      `${name} is the verifier of a cascade: it reads the weak model's answer, so it cannot score a prompt alone. Name it in a policy (kind: cascade, verifier: ${artifact ?? `./${name}`}), or score rows of {"prompt", "answer"} with routellm score. A router for prompts: routellm train few_label.`,
      { param: 'router' },
    )
  throw new ConfigError(
    'unknown-router-kind',
    `Router ${name} is of the kind ${JSON.stringify(named)}, and there are ${kinds.map((each) => each.kind).join(', ')}. Name one of them, or upgrade where the router comes from a later release.`,
    { param: 'kind' },
  )
}
