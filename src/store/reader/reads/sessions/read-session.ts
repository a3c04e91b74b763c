import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import { parsePace } from '../../../entries/pace.ts'
import { parseSessionDecision } from '../../../entries/session-decision.ts'
import { mostTurns, type SessionTurns, type StoredTurn } from '../../answers/sessions.ts'
import { sessionRows } from './session-rows.ts'

type Row = Omit<StoredTurn, 'tokens' | 'hasHead' | 'sessionDecision' | 'pace'> & {
  readonly pace: string | null
  readonly sessionDecision: string | null
  readonly switchNanoUsd: number | null
  readonly input: number | null
  readonly cached: number | null
  readonly written: number | null
  readonly written1h: number | null
  readonly output: number | null
  readonly hasHead: number
}

/** The requests of a session; null if none is kept. */
export async function readSession(
  db: Database,
  { id }: { readonly id: string },
): Promise<SessionTurns | null> {
  const { rows } = await db.executeQuery<Row>(
    CompiledQuery.raw(
      `select id, time, status, model, task, policy, router, threshold, strong_win_rate as strongWinRate, side, fallback, key,
        session_decision as sessionDecision, switch_nanousd as switchNanoUsd, effort, pace, propensity,
        input_tokens as input, cached_input_tokens as cached, cache_write_input_tokens as written,
        cache_write_1h_input_tokens as written1h, output_tokens as output, cost_nanousd / 1e9 as usd,
        total_us / 1000.0 as totalMs, first_byte_us is not null as hasHead
       from requests where seq in (${sessionRows}) order by time, seq limit ${mostTurns + 1}`,
      [id, id],
    ),
  )
  if (rows.length === 0) return null
  return { id, turns: rows.slice(0, mostTurns).map(toTurn), hasMore: rows.length > mostTurns }
}

function toTurn(found: Row): StoredTurn {
  const { input, cached, written, written1h, output, hasHead, sessionDecision, switchNanoUsd, pace, ...row } =
    found
  const tokens =
    input === null
      ? null
      : {
          input,
          cachedInput: cached ?? 0,
          cacheWriteInput: written ?? 0,
          cacheWrite1hInput: written1h ?? 0,
          output: output ?? 0,
        }
  return Object.assign(row, {
    tokens,
    hasHead: hasHead === 1,
    pace: parsePace(pace),
    sessionDecision: parseSessionDecision(sessionDecision, switchNanoUsd),
  })
}
