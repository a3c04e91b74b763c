import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { DataError } from '../../src/errors.ts'
import { readJsonLines } from '../../src/learning/formats/json/json-lines.ts'
import { tasks } from '../../src/routing/tasks/task.ts'

export const languages = ['ar', 'de', 'en', 'es', 'fr', 'hi', 'ja', 'ko', 'pt', 'ru', 'tr', 'zh'] as const

/** The kinds of work that a prompt asks for: the tasks that decisions name, and two that decisions count with others. */
export const kindsOfWork = [...tasks, 'correction', 'extraction'] as const

const rowSchema = z.strictObject({
  prompt: z.string().min(1).max(3000),
  needs: z.enum(['weak', 'strong']),
  kind: z.enum(kindsOfWork),
  language: z.enum(languages),
  reason: z.string().min(5).max(200),
})

/** A prompt, which side it needs and why. */
export type EverydayPrompt = z.infer<typeof rowSchema>

const folder = fileURLToPath(new URL('corpus/', import.meta.url))

/** The corpus, a file per language, in the order of the files. Throws `DataError` for a row of another form. */
export async function readEverydayCorpus(): Promise<EverydayPrompt[]> {
  const rows: EverydayPrompt[] = []
  for (const file of (await readdir(folder)).sort()) {
    for await (const { line, value } of readJsonLines(`${folder}${file}`)) {
      const row = rowSchema.safeParse(value)
      if (!row.success) {
        throw new DataError('x-invalid-row', `${file}, line ${line}: ${z.prettifyError(row.error)}`)
      }
      rows.push(row.data)
    }
  }
  return rows
}
