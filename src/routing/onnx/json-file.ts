import { join } from 'node:path'
import type { z } from 'zod'
import { ArtifactError } from '../../errors.ts'
import { readTextFile } from './checkpoint-file.ts'

/**
 * A JSON file of a checkpoint. Undefined if it is missing.
 *
 * @throws ArtifactError `checkpoint-invalid` if it does not match `schema`.
 */
export async function readJsonFile<T>(
  folder: string,
  name: string,
  maxBytes: number,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const text = await readTextFile(folder, name, maxBytes)
  if (text === undefined) return undefined
  const place = join(folder, name)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new ArtifactError(
      'checkpoint-invalid',
      `${place} is not JSON (${error instanceof Error ? error.message : error}). Copy or download it again.`,
      { cause: error },
    )
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ArtifactError(
    'checkpoint-invalid',
    `${place} is not as it must be: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}. Copy or download it again.`,
    { cause: parsed.error },
  )
}
