import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError } from '../../../../errors.ts'
import {
  findDecider,
  findTurnCosts,
  type SwitchDecider,
  type TurnCosts,
} from '../../../../gateway/savings/sessions/session-costs.ts'
import { type SessionTotals, sumTurnCosts } from '../../../../gateway/savings/sessions/session-totals.ts'
import {
  type SessionPage,
  type SessionTurns,
  type StoredTurn,
  sessionOrders,
} from '../../../../store/reader/answers/sessions.ts'
import { type ApiContext, needReader } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { filterName, wholeTime } from '../overview.ts'
import { parseQuery } from '../parse.ts'

/** `GET /admin/api/sessions` */
export type SessionsAnswer = {
  readonly sessions: SessionPage['sessions']
  /** `after` of the following page; null: there is none. */
  readonly next: string | null
}

/** `GET /admin/api/sessions/turns` */
export type SessionAnswer = Omit<SessionTurns, 'turns'> & {
  readonly turns: readonly SessionTurn[]
  /** Null: the server knows no prices. */
  readonly totals: SessionTotals | null
}
/**
 * If no decision of the session was recorded, `effort` is the one that the configuration gives the model now. Without prices there are
 * no costs.
 */
export type SessionTurn = StoredTurn & { readonly costs: TurnCosts | null; readonly decidedBy: SwitchDecider }

const listQuery = z
  .strictObject({
    from: wholeTime,
    to: wholeTime,
    key: filterName,
    policy: filterName,
    tag: filterName,
    id: filterName,
    order: z.enum(sessionOrders).default('newest'),
    after: z.string().max(4000).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be after from' })
const cursor = z.tuple([z.number(), z.string()])
const oneQuery = z.strictObject({ id: z.string().min(1).max(1000) })

/** The routes of the view Sessions. The id of a session can have any character, so it is in the query. */
export function addSessionViewRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/sessions', async (request, reply): Promise<SessionsAnswer> => {
    const { after, ...filter } = parseQuery(listQuery, request.query)
    const page = await needReader(context).read(
      'sessions',
      { ...filter, after: after === undefined ? undefined : parseCursor(after) },
      abortWithClient(reply),
    )
    return { sessions: page.sessions, next: page.next === null ? null : JSON.stringify(page.next) }
  })
  app.get('/sessions/turns', async (request, reply): Promise<SessionAnswer> => {
    const { id } = parseQuery(oneQuery, request.query)
    const found = await needReader(context).read('session', { id }, abortWithClient(reply))
    if (found === null) throw unknownSession(id)
    const basis = context.createSavingBasis?.(undefined) ?? null
    const costs = basis === null ? null : findTurnCosts(found.turns, basis)
    const efforts = new Map(basis?.models.map(({ name, effort }) => [name, effort ?? null]))
    return {
      ...found,
      totals: costs === null ? null : sumTurnCosts(found.turns, costs),
      turns: found.turns.map((turn, index) => ({
        costs: costs?.[index] ?? null,
        decidedBy: findDecider(turn),
        ...turn,
        effort: turn.sessionDecision === null ? (efforts.get(turn.model ?? '') ?? null) : turn.effort,
      })),
    }
  })
}

function parseCursor(text: string): readonly [number, string] {
  try {
    return cursor.parse(JSON.parse(text))
  } catch (cause) {
    throw new InvalidRequestError('bad-request', '`after` is not the `next` of a page.', {
      param: 'after',
      cause,
    })
  }
}

function unknownSession(id: string): InvalidRequestError {
  return new InvalidRequestError(
    'unknown-session',
    `The store has no session ${JSON.stringify(id.slice(0, 100))}. A new one appears some seconds after its first request; an old one may have been removed (store.days, store.bytes).`,
    { status: 404 },
  )
}
