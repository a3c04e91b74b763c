import { resolve } from 'node:path'
import { isPath } from '../../base/settings/path.ts'
import { ConfigError, EmbeddingError, HubError } from '../../errors.ts'
import { builtinEmbedder } from './builtin/kind.ts'
import { withEmbeddingCache } from './cache.ts'
import { type Embedder, isLocalEmbedder } from './embedder.ts'
import type { EmbedderKind, EmbedderOptions } from './embedder-kind.ts'
import { onnxEmbedder } from './onnx/kind.ts'
import { openAICompatibleEmbedder } from './openai-compatible/kind.ts'

/** The kinds of embedder that there are, one a row. */
export const embedderKinds: readonly EmbedderKind[] = [
  builtinEmbedder,
  openAICompatibleEmbedder,
  onnxEmbedder,
]

/** The id of the embedder of a router whose rows bring their embeddings. */
export const externalEmbedderId = 'external'

/** What an embedder's name may be: the kinds with what follows each, for messages and documentation. */
export function embedderForms(quote = ''): string {
  const forms = embedderKinds.map((kind) => `${quote}${formOf(kind)}${quote}`)
  return `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`
}

/** Matches a name whose kind is in the table. */
export const embedderPattern = new RegExp(
  `^(${embedderKinds.map(({ kind, argument }) => (argument === undefined ? kind : `${kind}:.+`)).join('|')})$`,
)

/**
 * An embedder by its name. One that is not local is behind a bounded cache.
 *
 * @param spec `builtin`, `openai-compatible:<model>`, `onnx:<folder or hub id>`, or the id of an embedder
 * (`builtin@2`).
 * @param dimensions the length of its vectors, if the caller knows it. Otherwise, for a model that is not OpenAI's and
 *   without `options.dimensions`, the endpoint is asked with one short text.
 * @throws ConfigError `unknown-embedder`, `no-embedding-url`; EmbeddingError if the request to the endpoint fails.
 */
export async function loadEmbedder(
  spec: string,
  options: EmbedderOptions,
  dimensions?: number,
): Promise<Embedder> {
  const { kind, argument } = findKind(spec)
  const embedder = await kind.load(argument, options, dimensions)
  // A local one computes a vector faster than the cache hashes its key.
  if (isLocalEmbedder(embedder)) return embedder
  return withEmbeddingCache(
    embedder,
    options.cacheEntries === undefined ? {} : { maxEntries: options.cacheEntries },
  )
}

/**
 * The embedder that a trained router's folder names. It asks no host that the user has not named: a folder may come from
 * anywhere.
 *
 * @param router the router's name, for messages.
 * @throws EmbeddingError `host-not-named`; what `loadEmbedder` throws.
 */
export async function loadEmbedderOfFolder(
  spec: string,
  options: EmbedderOptions,
  router: string,
  dimensions?: number,
): Promise<Embedder> {
  const { kind, argument } = findKind(spec)
  const contact = kind.contact?.(argument, options)
  if (contact === undefined) return loadEmbedder(spec, options, dimensions)
  if (contact.withoutContact !== undefined) {
    try {
      return await loadEmbedder(spec, contact.withoutContact, dimensions)
    } catch (error) {
      if (!(error instanceof HubError && error.code === 'hub-offline')) throw error
    }
  }
  throw new EmbeddingError(
    'host-not-named',
    `The folder of the router ${router} names the embedder ${spec}, which ${contact.purpose} ${contact.host}, and no setting of yours names that. If you want it, name the embedder yourself: \`--embedder ${spec}\`, or \`embedder: ${spec}\` in the router's entry of routellm.yaml.`,
    { param: '--embedder' },
  )
}

/** `onnx:./folder` with its path resolved against `folder`; any other embedder as it is. */
export function resolveEmbedderPath(spec: string, folder: string): string {
  return mapEmbedderPath(spec, (path) => resolve(folder, path))
}

/** An embedder's name with another path in place of the one in it, if it holds one. */
export function mapEmbedderPath(spec: string, mapPath: (path: string) => string): string {
  const kind = embedderKinds.find((each) => spec.startsWith(`${each.kind}:`))
  const argument = kind?.argument?.folder === undefined ? undefined : spec.slice(kind.kind.length + 1)
  return isPath(argument) ? `${kind?.kind}:${mapPath(argument)}` : spec
}

/** The folder that an embedder's name may hold. Undefined if embedders of its kind come from none. */
export function embedderFolder(spec: string): string | undefined {
  const { kind, argument } = findKind(spec)
  return kind.argument?.folder?.(argument)
}

function findKind(spec: string): { kind: EmbedderKind; argument: string } {
  const separator = spec.indexOf(':')
  const name = separator < 0 ? spec.replace(/@.*/, '') : spec.slice(0, separator)
  const kind = embedderKinds.find((each) => each.kind === name)
  if (kind !== undefined) return { kind, argument: separator < 0 ? '' : spec.slice(separator + 1) }
  const choices = embedderKinds.map((each) =>
    each.argument === undefined
      ? formOf(each)
      : `${formOf(each)} such as ${each.kind}:${each.argument.example}`,
  )
  throw new ConfigError(
    'unknown-embedder',
    `There is no embedder ${JSON.stringify(spec)}. Choose ${choices.slice(0, -1).join(', ')}, or ${choices.at(-1)}.`,
    { param: '--embedder' },
  )
}

function formOf({ kind, argument }: EmbedderKind): string {
  return argument === undefined ? kind : `${kind}:${argument.placeholder}`
}
