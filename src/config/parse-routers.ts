import { nearestHint } from '../base/settings/nearest-name.ts'
import { omitUndefined } from '../base/settings/omit-undefined.ts'
import { isPath } from '../base/settings/path.ts'
import { mapEmbedderPath } from '../routing/embedding/registry.ts'
import {
  findRouterKind,
  impliedRouterKind,
  type RouterSpec,
  specOfKind,
} from '../routing/routers/registry.ts'
import { routerNamePattern } from '../routing/routers/router.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import type { Problem } from './problems.ts'
import type { ConfigFile } from './schema/schema.ts'

/** An entry that the file's schema has taken. */
type Entry = NonNullable<ConfigFile['routers']>[string] & Readonly<Record<string, unknown>>
type Parsed = { readonly router: RouterSpec; readonly problems: readonly Problem[] }

/** What a path in the configuration stands for. */
export type ResolvePath = (path: string) => string

/** The routers of a file, or those of a file that names none, with what is wrong with them. */
export function parseRouters(
  routers: ConfigFile['routers'],
  resolvePath: ResolvePath,
  kinds: readonly RouterKind[],
): { readonly routers: readonly RouterSpec[]; readonly problems: readonly Problem[] } {
  if (routers === undefined)
    return {
      routers: kinds.flatMap(({ kind, configuration }) =>
        configuration?.isStandard === true ? [specOfKind(kind)] : [],
      ),
      problems: [],
    }
  const parsed = Object.entries(routers).map(([name, entry]) => parseRouter(name, entry, resolvePath, kinds))
  if (parsed.length === 0)
    return {
      routers: [],
      problems: [
        { path: ['routers'], message: 'no router is configured; add `mf: {}` for the built-in one' },
      ],
    }
  return {
    routers: parsed.map(({ router }) => router),
    problems: parsed.flatMap(({ problems }) => problems),
  }
}

function parseRouter(
  name: string,
  entry: Entry,
  resolvePath: ResolvePath,
  kinds: readonly RouterKind[],
): Parsed {
  const isTrained = entry.artifact !== undefined
  const kindName = entry.kind ?? (isTrained ? undefined : impliedRouterKind(name, entry, kinds))
  const kind = findRouterKind(kindName, kinds)
  // The schema of the file has checked each value, and `settingProblems` which of them the kind takes.
  const spec = omitUndefined({
    name,
    ...entry,
    kind: kindName,
    ...resolvePaths(entry, resolvePath),
  }) as RouterSpec
  const router = (kind?.configuration?.complete?.(spec) ?? spec) as RouterSpec
  const problems = [
    ...nameProblems(name),
    ...settingProblems(name, entry, kind, kinds),
    ...(kind?.configuration?.check?.(spec) ?? []),
  ]
  return {
    router,
    problems: problems.map(({ path, message }) => ({ path: ['routers', name, ...path], message })),
  }
}

/** The shared settings that may hold a path, with it resolved. */
function resolvePaths({ artifact, checkpoint, embedder, encoder }: Entry, resolvePath: ResolvePath): object {
  return {
    artifact: typeof artifact === 'string' ? resolvePath(artifact) : undefined,
    checkpoint: typeof checkpoint === 'string' && isPath(checkpoint) ? resolvePath(checkpoint) : checkpoint,
    encoder: typeof encoder === 'string' && isPath(encoder) ? resolvePath(encoder) : encoder,
    embedder: typeof embedder === 'string' ? mapEmbedderPath(embedder, resolvePath) : undefined,
  }
}

/** Whether model names can carry the name of a router or a policy. */
export function nameProblems(name: string): Problem[] {
  if (routerNamePattern.test(name)) return []
  return [
    {
      path: [],
      message: `the name "${name}" must be of the letters a-z, digits, _ and -, because model names carry it`,
    },
  ]
}

/** @param kind undefined: the one that the artifact says, or none. */
function settingProblems(
  name: string,
  entry: Entry,
  kind: RouterKind | undefined,
  kinds: readonly RouterKind[],
): Problem[] {
  const problems: Problem[] = []
  const { artifact, checkpoint, revision } = entry
  if (artifact !== undefined && checkpoint !== undefined)
    problems.push({
      path: ['checkpoint'],
      message: 'an artifact already says where the weights are; keep one of artifact and checkpoint',
    })
  if (artifact === undefined && kind === undefined)
    problems.push({
      path: [],
      message: `"${name}" is not a kind of router.${nearestHint(
        name,
        kinds.map((each) => each.kind),
      )} A trained router needs \`artifact: <folder>\`, another name for a kind needs \`kind:\``,
    })
  if (revision !== undefined && checkpoint === undefined)
    problems.push({ path: ['revision'], message: 'belongs to a checkpoint, and none is given' })
  if (kind?.training?.isNeeded === true && artifact === undefined)
    problems.push({
      path: [],
      message: `the kind ${kind.kind} needs the artifact that training writes: \`routellm train ${kind.kind} ${kind.training.option} <file> --output ./my-${kind.kind}\`, then \`artifact: ./my-${kind.kind}\` here`,
    })
  for (const key of Object.keys(entry).filter((each) => each !== 'kind')) {
    const takers = kinds.filter((each) => key in each.settings.shape)
    const candidates =
      kind === undefined ? takers.filter(isTrainable) : takers.filter((each) => each === kind)
    if (candidates.length > 0) continue
    const names = takers.map((each) => each.kind).join(' or ')
    problems.push({
      path: [key],
      message:
        kind === undefined
          ? `belongs to a router of the kind ${names}, and this is ${artifact === undefined ? 'none' : 'an artifact'}; remove it`
          : `the kind ${kind.kind} has no use for it: it belongs to the kind ${names}; remove it`,
    })
  }
  return problems
}

function isTrainable({ settings }: RouterKind): boolean {
  return 'artifact' in settings.shape
}
