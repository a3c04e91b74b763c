import { clopperPearsonInterval } from '../../../../base/math/statistics/proportion.ts'
import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import type { LabelFigures, LabelFiguresQuery } from '../../answers/label.ts'

const dayMs = 86_400_000

/** Labels by source and day, and which side persons prefer. */
export async function readLabelFigures(db: Database, { since }: LabelFiguresQuery): Promise<LabelFigures> {
  const { rows } = await db.executeQuery<{ day: number; source: 'person' | 'shadow'; labels: number }>(
    CompiledQuery.raw(
      `select cast(time / ${dayMs} as integer) as day, source, count(*) as labels from labels
       where time >= ? group by 1, 2 order by 1, 2`,
      [since],
    ),
  )
  const days = new Map<number, { day: number; person: number; shadow: number }>()
  const sources = { person: 0, shadow: 0 }
  for (const { day, source, labels } of rows) {
    sources[source] += labels
    const known = days.get(day) ?? { day, person: 0, shadow: 0 }
    days.set(day, { ...known, [source]: labels })
  }
  return {
    sources: [
      { source: 'person', labels: sources.person },
      { source: 'shadow', labels: sources.shadow },
    ],
    days: [...days.values()],
    sides: await countSides(db, since),
  }
}

/** Of each request the last thing that was done with it on the page counts. */
async function countSides(db: Database, since: number): Promise<LabelFigures['sides']> {
  const { rows } = await db.executeQuery<{ verdict: string | null; requests: number }>(
    CompiledQuery.raw(
      `select json_extract(detail, '$.verdict') as verdict, count(*) as requests from audit_trail
       where seq in (select max(seq) from audit_trail
                     where action in ('label', 'label-undo') and time >= ? group by subject)
         and action = 'label' group by 1`,
      [since],
    ),
  )
  const count = (side: string) => rows.find(({ verdict }) => verdict === side)?.requests ?? 0
  const [left, right] = [count('left'), count('right')]
  const chosen = left + right
  return {
    left,
    right,
    leftInterval: chosen === 0 ? null : clopperPearsonInterval(left, chosen, 0.95),
  }
}
