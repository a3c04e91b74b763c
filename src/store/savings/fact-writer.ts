import QuickLRU from 'quick-lru'
import { cacheLifeMs, maxSessions } from '../../gateway/savings/savings-meter.ts'
import { sessionUnit } from '../../gateway/savings/session-unit.ts'
import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import { ownThresholdColumn } from '../entries/pace.ts'
import { createFacts, type Facts, factFlags, groupRows } from './facts.ts'

/** Takes the facts of requests from the database, in the order in which they were kept. */
export type FactWriter = {
  /** Facts of the requests of a group that are kept by now. What is returned is filled further by the next call. */
  read(db: Database, group: number): Promise<Facts>
}

type Row = {
  readonly seq: number
  readonly time: number
  readonly session: string | null
  readonly policy: string | null
  readonly router: string | null
  readonly model: string | null
  readonly key: string | null
  readonly tags: string | null
  readonly status: number
  readonly cost: number | null
  readonly head: number | null
  readonly input: number | null
  readonly cached: number | null
  readonly written: number | null
  readonly written1h: number | null
  readonly output: number | null
  readonly winRate: number | null
  /** The policy's own. */
  readonly threshold: number | null
  readonly side: string | null
  readonly propensity: number | null
  /** 0 or 1. */
  readonly isPaced: number
}

const columns = `seq, time, session, policy, router, model, key, tags, status, cost_nanousd as cost, first_byte_us as head,
  input_tokens as input, cached_input_tokens as cached, cache_write_input_tokens as written,
  cache_write_1h_input_tokens as written1h, output_tokens as output,
  strong_win_rate as winRate, ${ownThresholdColumn} as threshold, side, propensity, pace is not null as isPaced`

/** Rows before a group in which turns of its sessions are looked for. */
const lookBackRows = 8 * groupRows

type Turn = { readonly time: number; readonly model: string | null; readonly input: number }

/** It remembers the group that it has read last, and the last turns of sessions. */
export function createFactWriter(): FactWriter {
  let open: { readonly group: number; readonly facts: Facts; readonly ids: Map<string, number> } | null = null
  let turns = new QuickLRU<string, Turn>({ maxSize: maxSessions })
  /** The last request that is in `turns`. */
  let through = -1

  async function read(db: Database, group: number): Promise<Facts> {
    if (open === null || open.group !== group) open = { group, facts: createFacts(), ids: new Map() }
    const { facts, ids } = open
    const first = group * groupRows
    const after = facts.rows === 0 ? first - 1 : first + facts.place[facts.rows - 1]!
    const rows = await query<Row>(
      db,
      `select ${columns} from requests where seq > ? and seq < ? order by seq`,
      [after, first + groupRows],
    )
    if (rows.length === 0) return facts
    if (through !== after) await lookBack(db, after + 1, rows[0]!.time)
    for (const row of rows) addRow(facts, ids, first, row)
    through = rows.at(-1)!.seq
    return facts
  }

  /** The turns of sessions before a request that were at most five minutes ago. */
  async function lookBack(db: Database, before: number, time: number): Promise<void> {
    turns = new QuickLRU<string, Turn>({ maxSize: maxSessions })
    // By the sign SQLite takes the index of times.
    const rows = await query<Turn & { readonly session: string }>(
      db,
      `select session, time, model, input_tokens as input from requests
       where time >= ? and time <= ? and +seq < ? and +seq >= ? and session is not null and input_tokens is not null order by seq`,
      [time - cacheLifeMs, time + cacheLifeMs, before, before - lookBackRows],
    )
    for (const { session, ...turn } of rows) turns.set(session, turn)
  }

  function addRow(facts: Facts, ids: Map<string, number>, first: number, row: Row): void {
    const at = facts.rows++
    const idOf = (name: string | null) => {
      if (name === null) return 0
      const known = ids.get(name)
      if (known !== undefined) return known
      ids.set(name, facts.names.length)
      return facts.names.push(name) - 1
    }
    const { session, input } = row
    const last = session === null ? undefined : turns.get(session)
    const isHeld = last !== undefined && row.time - last.time <= cacheLifeMs
    if (session !== null && input !== null) turns.set(session, { time: row.time, model: row.model, input })
    facts.place[at] = row.seq - first
    facts.time[at] = row.time
    facts.usd[at] = row.cost === null ? Number.NaN : row.cost / 1e9
    facts.input[at] = input ?? -1
    facts.cached[at] = row.cached ?? 0
    facts.written[at] = row.written ?? 0
    facts.written1h[at] = row.written1h ?? 0
    facts.output[at] = row.output ?? 0
    facts.held[at] = isHeld ? last.input : -1
    facts.before[at] = isHeld ? idOf(last.model) : 0
    facts.unit[at] = session === null ? 0 : sessionUnit(session)
    facts.status[at] = row.status
    facts.policy[at] = idOf(row.policy)
    facts.router[at] = idOf(row.router)
    facts.winRate[at] = row.winRate ?? Number.NaN
    facts.model[at] = idOf(row.model)
    facts.key[at] = idOf(row.key)
    facts.tags[at] = idOf(row.tags)
    facts.flags[at] =
      (row.router === null ? 0 : factFlags.hasRouter) |
      (session === null ? 0 : factFlags.hasSession) |
      (row.head === null ? 0 : factFlags.hasHead) |
      (row.side === 'strong' ? factFlags.isStrong : 0) |
      (row.side === 'weak' ? factFlags.isWeak : 0) |
      (isAgainstComparison(row) ? factFlags.isHeld : 0) |
      (row.isPaced === 0 ? 0 : factFlags.isPaced)
  }

  return { read }
}

function isAgainstComparison({ winRate, threshold, side, propensity }: Row): boolean {
  if (winRate === null || threshold === null || side === null || propensity !== null) return false
  return winRate >= threshold !== (side === 'strong')
}

async function query<Row>(
  db: Database,
  sql: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  return (await db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]))).rows
}
