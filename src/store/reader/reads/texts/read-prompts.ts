import type { Database } from '../../../database/open-database.ts'
import { storePaths } from '../../../paths.ts'
import { createTextFinder } from '../../../records/dataset.ts'
import type { Prompts, PromptsQuery } from '../../answers/texts.ts'
import { beginOf } from './passage.ts'
import { readAsked } from './read-asked.ts'
import { createTimeLimit } from './time-limit.ts'

/**
 * What was asked last, of each request, until the time is over.
 *
 * @param isOver default: 150 ms after the call. At least one text is read.
 */
export async function readPrompts(
  db: Database,
  { ids }: PromptsQuery,
  folder: string,
  isOver: () => boolean = createTimeLimit(),
): Promise<Prompts> {
  const rows = await db
    .selectFrom('requests')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('seq', 'desc')
    .execute()
  const findText = createTextFinder(storePaths(folder).texts, () => {})
  const known = new Set(rows.map(({ id }) => id))
  const prompts: Prompts[number][] = ids.filter((id) => !known.has(id)).map((id) => ({ id, prompt: null }))
  for (const row of rows) {
    const text = findText(row)
    prompts.push({ id: row.id, prompt: text === null ? null : beginOf(readAsked(row.protocol, text)) })
    if (isOver()) break
  }
  return prompts
}
