import { ArtifactError, ConfigError } from '../../errors.ts'

/** The form of `routellm export`. */
export const artifactsFormat = 'routellm-artifacts@1'

/** The name of the built-in router and of the files that all trained routers need. */
export const builtinName = 'builtin'

/** Files of trained routers as one value that a module can hold: the default export of a file of `routellm export`. */
export type RouterArtifacts = {
  readonly format: string
  /** Base64 by path: `builtin/pieces.safetensors`, `my-router/router.json`. */
  readonly files: Readonly<Record<string, string>>
}

/** The files, decoded when they are read. */
export type ArtifactFiles = {
  /** The names of the routers, `builtin` included. */
  readonly names: ReadonlySet<string>
  has(path: string): boolean
  /** @throws ArtifactError `artifact-file-missing`, `artifact-unreadable`. */
  read(path: string): Uint8Array
}

/**
 * The files of one or several values of `routellm export`.
 *
 * @throws ArtifactError `artifact-unreadable` for a value of another form, ConfigError
 *   `duplicate-name` for two routers of a name.
 */
export function openArtifacts(given: readonly RouterArtifacts[]): ArtifactFiles {
  const files = new Map<string, string>()
  const owners = new Map<string, number>()
  for (const [index, value] of given.entries()) {
    checkForm(value)
    for (const [path, text] of Object.entries(value.files)) {
      const name = path.slice(0, path.indexOf('/'))
      const owner = owners.get(name) ?? index
      owners.set(name, owner)
      // Every export may have the built-in files.
      if (owner !== index && name !== builtinName)
        throw new ConfigError(
          'duplicate-name',
          `Two of the artifacts hold a router of the name ${name}. Leave one out, or export it again under another name.`,
        )
      if (owner === index) files.set(path, text)
    }
  }
  return {
    names: new Set(owners.keys()),
    has: (path) => files.has(path),
    read(path) {
      const text = files.get(path)
      if (text === undefined)
        throw new ArtifactError(
          'artifact-file-missing',
          `The artifacts have no ${path}. Export them again: routellm export --output routers.js`,
        )
      return decodeBase64(text, path)
    },
  }
}

function checkForm(value: unknown): asserts value is RouterArtifacts {
  const { format, files } = (value ?? {}) as Partial<RouterArtifacts>
  if (format === artifactsFormat && typeof files === 'object' && files !== null) return
  const found = typeof format === 'string' ? `the format ${JSON.stringify(format.slice(0, 40))}` : 'no format'
  throw new ArtifactError(
    'artifact-unreadable',
    `A value of \`artifacts\` has ${found}, and ${artifactsFormat} is read. Give the default export of a file that \`routellm export\` of this release wrote.`,
  )
}

function decodeBase64(text: string, path: string): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch (cause) {
    throw new ArtifactError(
      'artifact-unreadable',
      `The file ${path} of the artifacts is not base64. Export them again: routellm export --output routers.js`,
      { cause },
    )
  }
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
