import { expiryWarning } from '../../base/artifact/manifest.ts'
import { parseRouterArtifact } from '../../base/artifact/parse.ts'
import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
import { ArtifactError, ConfigError, EmbeddingError } from '../../errors.ts'
import type { BuiltinEmbedder } from '../../routing/embedding/builtin/embedder.ts'
import { sameVectorSpace } from '../../routing/embedding/embedder.ts'
import type { FollowUpReader } from '../../routing/prompts/follow-up.ts'
import { inMemoryKinds } from '../../routing/routers/in-memory-registry.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import type { Router } from '../../routing/routers/router.ts'
import type { TaskReader } from '../../routing/tasks/task.ts'
import { type ArtifactFiles, builtinName } from './artifacts.ts'
import { createBuiltinParts } from './builtin.ts'

/** The routers of a configuration, with what reads prompts for them. */
export type LoadedRouters = {
  readonly routers: readonly Router[]
  readonly taskReader?: TaskReader
  readonly followUpReader?: FollowUpReader
}

export type RouterOptions = {
  /** Null: there are no artifacts. */
  readonly files: ArtifactFiles | null
  readonly onWarning: (message: string) => void
  readonly now: () => Date
}

/**
 * Creates the routers from the files of their artifacts, at once.
 *
 * @throws ArtifactError, EmbeddingError or ConfigError for the first router that cannot be created, with what to do.
 */
export function createRouters(specs: readonly RouterSpec[], options: RouterOptions): LoadedRouters {
  const { files } = options
  if (files?.names.has(builtinName) !== true)
    return { routers: specs.map((spec) => createUntrained(spec) ?? refuseTrained(spec.name)) }
  const { embedder, ...readers } = createBuiltinParts(files)
  const routers = specs.map(
    (spec) => createUntrained(spec) ?? createTrained(spec, embedder, { ...options, files }),
  )
  return { routers, ...readers }
}

/** Whether the router has learned something, so that it needs artifacts. */
export function isTrained({ kind: name }: RouterSpec): boolean {
  return inMemoryKinds.find(({ kind }) => kind.kind === name)?.isTrained !== false
}

function createUntrained(spec: RouterSpec): Router | null {
  const found = inMemoryKinds.find(({ kind }) => kind.kind === spec.kind)
  return found?.isTrained === false ? found.create(spec) : null
}

function refuseTrained(name: string): never {
  throw new ConfigError(
    'router-without-artifact',
    `Router ${name} is trained and there are no artifacts. Give \`artifacts\`: the default export of a file that \`routellm export --output routers.js\` wrote.`,
    { param: 'artifacts' },
  )
}

function createTrained(
  spec: RouterSpec,
  embedder: BuiltinEmbedder,
  options: RouterOptions & { readonly files: ArtifactFiles },
): Router {
  const source = spec.artifact ?? builtinName
  const artifact = readArtifact(spec.name, source, options)
  const { manifest } = artifact
  if (!sameVectorSpace(manifest.embedder.id, embedder.id))
    throw new EmbeddingError(
      'embedder-mismatch',
      `Router ${spec.name} was trained on the embedder ${manifest.embedder.id}, and the fetch handler has ${embedder.id}. Train it again without --embedder and with this release.`,
    )
  const found = inMemoryKinds.find(({ kind }) => kind.kind === manifest.kind)
  if (found?.isTrained === true) return found.create(spec, { artifact, source, embedder })
  const kinds = inMemoryKinds.flatMap(({ kind, isTrained: learns }) => (learns ? [kind.kind] : []))
  throw new ArtifactError(
    'artifact-wrong-kind',
    `${source} holds a router of the kind ${manifest.kind}. The fetch handler has those of the kinds ${kinds.join(' and ')}; \`routellm serve\` has all.`,
  )
}

function readArtifact(
  name: string,
  source: string,
  { files, onWarning, now }: RouterOptions & { readonly files: ArtifactFiles },
): RouterArtifact {
  const [manifestSource, weightsSource] = [`${source}/router.json`, `${source}/weights.safetensors`]
  const artifact = parseRouterArtifact(files.read(manifestSource), files.read(weightsSource), {
    name,
    manifestSource,
    weightsSource,
  })
  const warning = expiryWarning(artifact.manifest, now())
  if (warning !== undefined) onWarning(warning)
  return artifact
}
