import { readRegularFile } from '../../base/files/read-file.ts'
import { ConfigError } from '../../errors.ts'
import { configError, problemsOfIssues } from '../problems.ts'
import { readYaml } from '../yaml/yaml-source.ts'
import type { KeyFile } from './key-file.ts'
import { keyFileSchema } from './key-file-schema.ts'

const mostBytes = 4 * 1024 * 1024

/**
 * The key file; without keys if there is none.
 *
 * @throws ConfigError `keys-unreadable`, and what `parseKeyFile` throws.
 */
export async function readKeyFile(file: string): Promise<KeyFile> {
  try {
    return parseKeyFile((await readRegularFile(file, mostBytes)).toString('utf8'), file)
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return { file, keys: [], text: '', lineOf: () => undefined }
    throw new ConfigError(
      'keys-unreadable',
      `the key file ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

/**
 * Reads the text of a key file.
 *
 * @param file names it in messages.
 * @throws ConfigError `invalid-yaml` or `invalid-keys`: all problems at once, one per line. No key is shown.
 */
export function parseKeyFile(text: string, file: string): KeyFile {
  const { value, lineOf } = readYaml(text, file)
  const parsed = keyFileSchema.safeParse(value)
  if (!parsed.success)
    throw configError(
      problemsOfIssues(parsed.error.issues, value, keyFileSchema),
      { source: file, lineOf },
      'invalid-keys',
    )
  const keys = Object.entries(parsed.data.keys).map(([name, key]) => ({ name, ...key }))
  return { file, keys, text, lineOf }
}
