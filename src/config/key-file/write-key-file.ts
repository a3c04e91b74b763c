import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { putInPlace } from '../../base/files/atomic-file.ts'
import { toOutputError } from '../../base/files/write-outputs.ts'

/**
 * Writes the key file whole or not at all, readable by its owner only: a server that reads it meanwhile finds the file before
 * or this one.
 *
 * @throws InvalidRequestError `output-unwritable`.
 */
export async function writeKeyFile(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await putInPlace(file, (temporary) => writeFile(temporary, text, { mode: 0o600 }))
  } catch (error) {
    throw toOutputError(file, error)
  }
}
