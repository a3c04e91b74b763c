import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError } from '../../../../errors.ts'
import { pageActor } from '../../../../store/records/types/audit.ts'
import type { CommandRun } from '../../actions/command-run.ts'
import type { DifferenceAsked } from '../../actions/difference-actions.ts'
import type { LearnAsked, LearnHolder } from '../../actions/learn-actions.ts'
import type { ApiContext } from '../api-context.ts'
import { parseBody } from '../parse.ts'

/** `GET /admin/api/learn`. @template Result what `routellm learn --json` prints. */
export type LearnAnswer<Result = unknown> = {
  /** The run that the page has started; null: none since the server started. */
  readonly run: CommandRun<LearnAsked, Result> | null
  /** A process that learns from the store, and that the page has not started: a schedule, or a person. */
  readonly other: LearnHolder | null
}

/** `GET /admin/api/difference`. @template Result what `routellm policies difference --json` prints. */
export type DifferenceAnswer<Result = unknown> = {
  readonly run: CommandRun<DifferenceAsked, Result> | null
}

/** `DELETE` of both. False: it had ended before. */
export type CancelAnswer = { readonly isCancelled: boolean }

const learnBody = z.strictObject({ policy: z.string().min(1).max(200), dryRun: z.boolean() })
const version = z.string().min(1).max(1000)
const differenceBody = z.strictObject({
  policy: z.string().min(1).max(200),
  from: version,
  to: version,
  limit: z.int().min(1).max(20_000).default(2000),
})

/** Runs of `learn`, and the difference of two versions. */
export function addLearnRoutes(app: FastifyInstance, { learn, difference }: ApiContext): void {
  app.get('/learn', async (): Promise<LearnAnswer> => {
    const { current, holder } = needAction(learn)
    return { run: current(), other: await holder() }
  })
  app.post('/learn', async (request, reply): Promise<LearnAnswer> => {
    const { policy, dryRun } = parseBody(learnBody, request.body)
    const run = await needAction(learn).start({ policy, isDryRun: dryRun, actor: pageActor })
    reply.code(202)
    return { run, other: null }
  })
  app.delete(
    '/learn',
    async (): Promise<CancelAnswer> => ({
      isCancelled: await needAction(learn).cancel({ actor: pageActor }),
    }),
  )
  app.get('/difference', (): DifferenceAnswer => ({ run: needAction(difference).current() }))
  app.post('/difference', async (request, reply): Promise<DifferenceAnswer> => {
    const asked = parseBody(differenceBody, request.body)
    const run = await needAction(difference).start(asked)
    reply.code(202)
    return { run }
  })
  app.delete(
    '/difference',
    async (): Promise<CancelAnswer> => ({ isCancelled: await needAction(difference).cancel() }),
  )
}

function needAction<Action>(action: Action | null): Action {
  if (action !== null) return action
  throw new InvalidRequestError(
    'not-learning',
    'This server has no store to learn from, or no file with its configuration. Write one with `routellm init`, start the server with it, and let it keep requests.',
    { status: 404 },
  )
}
