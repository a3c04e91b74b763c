import { createHash } from 'node:crypto'
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestFile, weightsFile } from '../../base/artifact/folder.ts'
import { readFileFacts } from '../../base/files/file-digest.ts'
import { resolveCheckpoint } from '../../base/files/hub/checkpoint.ts'
import type { RouterConfig } from '../../config/config.ts'
import { builtinArtifactFolder } from '../../routing/embedding/builtin/embedder.ts'
import { embedderFileName } from '../../routing/embedding/builtin/embedder-file.ts'
import { parseOnnxSpec } from '../../routing/embedding/onnx/spec.ts'
import { resolveEncoder } from '../../routing/onnx/resolve-encoder.ts'
import { loadCheckpointPrompt } from '../../routing/routers/causal_llm/checkpoint-prompt.ts'
import { ownPrompt } from '../../routing/routers/causal_llm/prompt.ts'
import type { RouterDependencies } from '../../routing/routers/registry.ts'
import { version } from '../../version.ts'

/** What a router's win rates depend on besides the prompts; the two parts of a `ScoreIdentity`. */
export type RouterIdentity = { readonly router: string; readonly embedder: string }

/** All that a folder of weights may hold, an upstream checkpoint's names included. */
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
 * The identity of a router with weights: the bytes of its files, its options, this package's version, and the
 * embedder with its endpoint. Its name and where it stands do not matter. A router that asks a language model is known by
 * endpoint, model and prompt: as of an embedder elsewhere, another model under the same name goes unseen.
 *
 * @returns undefined for a router without weights, which scores faster than a cache can be read.
 */
export async function routerIdentity(
  { name: _name, artifact, checkpoint, revision, ...options }: RouterConfig,
  { embedderOptions, hub, builtinArtifact = builtinArtifactFolder }: RouterDependencies,
): Promise<RouterIdentity | undefined> {
  if (options.kind === 'causal_llm') {
    const prompt =
      checkpoint === undefined
        ? ownPrompt
        : await loadCheckpointPrompt(
            checkpoint,
            { ...hub, ...(revision !== undefined && { revision }) },
            () => {},
          )
    return { router: sha256({ version, options, prompt }), embedder: 'none' }
  }
  const isBuiltin = artifact === undefined && checkpoint === undefined
  if (isBuiltin && options.kind !== undefined && options.kind !== 'mf') return undefined
  const resolve = options.kind === 'bert' ? resolveEncoder : resolveCheckpoint
  const folder =
    checkpoint === undefined
      ? (artifact ?? builtinArtifact)
      : await resolve(checkpoint, { ...hub, ...(revision !== undefined && { revision }) })
  const {
    apiKey: _apiKey,
    fetch: _fetch,
    builtinFolder = builtinArtifactFolder,
    ...endpoint
  } = embedderOptions
  return {
    router: sha256({ version, options, files: await hashesOf(folder) }),
    embedder: sha256({
      endpoint,
      builtin: await hashesOf(builtinFolder, [embedderFileName]),
      encoder: await hashesOfEncoder(options.embedder),
    }),
  }
}

/** A hub's encoder is named by what it is; that in a folder may have changed there. */
async function hashesOfEncoder(embedder: string | undefined): Promise<Record<string, string>> {
  if (embedder?.startsWith('onnx:') !== true) return {}
  return hashesOf(parseOnnxSpec(embedder.slice('onnx:'.length)).place)
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
