import { stat } from 'node:fs/promises'
import { InvalidRequestError } from '../errors.ts'

/**
 * Checks that inputs can be read more than once, before anything is read.
 *
 * @throws InvalidRequestError `input-is-pipe` for a pipe or a device. A file that is missing is left to its reader.
 */
export async function checkReadTwice(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const facts = await stat(file).catch(() => undefined)
    if (facts === undefined || facts.isFile() || facts.isDirectory()) continue
    throw new InvalidRequestError(
      'input-is-pipe',
      `${file} is a pipe or a device, which can be read only once, and its rows are needed more often. Write them to a file and name that.`,
    )
  }
}
