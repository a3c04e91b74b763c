import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { Names, UsageFilter } from '../answers.ts'

const dayMs = 86_400_000
/** More are not offered to choose from. */
const mostNames = 200

/** The names that requests had on the days of a time. */
export async function readNames(db: Database, filter: UsageFilter): Promise<Names> {
  const [from, to] = [Math.floor(filter.from / dayMs), Math.ceil(filter.to / dayMs)]
  const names = await db
    .selectFrom('name_days')
    .select(['kind', 'name'])
    .distinct()
    .where('day', '>=', from)
    .where('day', '<', to)
    .orderBy('name')
    .execute()
  const ofKind = (wanted: 'model' | 'task' | 'policy' | 'key') =>
    names
      .filter(({ kind }) => kind === wanted)
      .slice(0, mostNames)
      .map(({ name }) => name)
  const tags = await db.executeQuery<{ tag: string }>(CompiledQuery.raw(selectTags, [from, to, mostNames]))
  return {
    models: ofKind('model'),
    tasks: ofKind('task'),
    policies: ofKind('policy'),
    keys: ofKind('key'),
    tags: tags.rows.map(({ tag }) => tag),
  }
}

/** In their order, each found by the one before it: `distinct` would go through all rows of each. */
const selectTags = `
with recursive tags (tag) as (
  select min(tag) from tag_name_days
  union all
  select (select min(tag) from tag_name_days where tag > tags.tag) from tags where tag is not null)
select tag from tags
where tag is not null and exists (select 1 from tag_name_days where tag = tags.tag and day >= ? and day < ?)
limit ?`
