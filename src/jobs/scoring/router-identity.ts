import { createHash } from 'node:crypto'
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { builtinArtifactFolder } from '../../base/artifact/builtin-folder.ts'
import { manifestFile, weightsFile } from '../../base/artifact/folder.ts'
import { readFileFacts } from '../../base/files/file-digest.ts'
import { embedderFileName } from '../../routing/embedding/builtin/embedder-file.ts'
import { embedderFolder } from '../../routing/embedding/registry.ts'
import { type RouterSpec, resolveRouterKind } from '../../routing/routers/registry.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import { version } from '../../version.ts'

/** What a router's win rates depend on besides the prompts; the two parts of a `ScoreIdentity`. */
export type RouterIdentity = { readonly router: string; readonly embedder: string }

/** All files that a folder of weights may hold, including those of an upstream checkpoint. */
const scoringFiles = [
  manifestFile,
  weightsFile,
  'config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
  '1_Pooling/config.json',
  'modules.json',
]

/**
 * The identity of a router: the bytes of its files or its prompt, its settings, this package's version, and the
 * embedder with its endpoint. Its name and its folder do not matter. A model behind an endpoint is identified by
 * endpoint and name, so another model under the same name is not detected.
 *
 * @returns undefined for a router that scores faster than a cache can be read.
 */
export async function routerIdentity(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<RouterIdentity | undefined> {
  const kind = await resolveRouterKind(spec, dependencies)
  const source = await kind.origin?.source?.(spec, dependencies)
  const { name: _name, artifact: _artifact, checkpoint: _checkpoint, revision: _revision, ...options } = spec
  if (source === undefined) return undefined
  if (source.kind === 'prompt')
    return { router: sha256({ version, options, prompt: source.prompt }), embedder: 'none' }
  const {
    apiKey: _apiKey,
    fetch: _fetch,
    builtinFolder = builtinArtifactFolder(),
    ...endpoint
  } = dependencies.embedderOptions
  return {
    router: sha256({ version, options, files: await hashesOf(source.folder) }),
    embedder: sha256({
      endpoint,
      builtin: await hashesOf(builtinFolder, [embedderFileName]),
      encoder: await hashesOfEncoder(options.embedder),
    }),
  }
}

/** A hub's encoder is identified by its id; the files of an encoder in a folder may have changed. */
async function hashesOfEncoder(embedder: string | undefined): Promise<Record<string, string>> {
  const folder = embedder === undefined ? undefined : embedderFolder(embedder)
  return folder === undefined ? {} : hashesOf(folder)
}

async function hashesOf(folder: string, only?: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  const names = only === undefined ? await readdir(folder).catch((): string[] => []) : []
  const shards = names.filter((name) => /^model-.*\.safetensors$/.test(name)).sort()
  const files = only ?? [...scoringFiles, ...shards]
  for (const file of files) {
    const path = join(folder, file)
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) hashes[file] = (await readFileFacts(path)).sha256
  }
  return hashes
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
