import type { Database } from '../../database/open-database.ts'
import type { Names, UsageFilter } from '../answers.ts'
import { wholeHours } from './usage-source.ts'

/** More are not offered to choose from. */
const mostNames = 200

export async function readNames(db: Database, filter: UsageFilter): Promise<Names> {
  const { from, to } = wholeHours(filter)
  const ofUsage = async (column: 'model' | 'task' | 'policy' | 'key') => {
    const rows = await db
      .selectFrom('usage_hours')
      .select(`${column} as name`)
      .distinct()
      .where('hour', '>=', from)
      .where('hour', '<', to)
      .orderBy(column)
      .limit(mostNames)
      .execute()
    return rows.map(({ name }) => name)
  }
  const tags = await db
    .selectFrom('tag_hours')
    .select('tag')
    .distinct()
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .orderBy('tag')
    .limit(mostNames)
    .execute()
  return {
    models: await ofUsage('model'),
    tasks: await ofUsage('task'),
    policies: await ofUsage('policy'),
    keys: await ofUsage('key'),
    tags: tags.map(({ tag }) => tag),
  }
}
