import type { Database } from '../../database/open-database.ts'
import type { Names, UsageFilter } from '../answers.ts'

const dayMs = 86_400_000
/** More are not offered to choose from. */
const mostNames = 200

/** The names that requests had on the days of a time. */
export async function readNames(db: Database, filter: UsageFilter): Promise<Names> {
  const [from, to] = [Math.floor(filter.from / dayMs), Math.ceil(filter.to / dayMs)]
  const ofKind = async (kind: 'model' | 'task' | 'policy' | 'key') => {
    const rows = await db
      .selectFrom('name_days')
      .select('name')
      .distinct()
      .where('day', '>=', from)
      .where('day', '<', to)
      .where('kind', '=', kind)
      .orderBy('name')
      .limit(mostNames)
      .execute()
    return rows.map(({ name }) => name)
  }
  const tags = await db
    .selectFrom('tag_days')
    .select('tag')
    .distinct()
    .where('day', '>=', from)
    .where('day', '<', to)
    .orderBy('tag')
    .limit(mostNames)
    .execute()
  return {
    models: await ofKind('model'),
    tasks: await ofKind('task'),
    policies: await ofKind('policy'),
    keys: await ofKind('key'),
    tags: tags.map(({ tag }) => tag),
  }
}
