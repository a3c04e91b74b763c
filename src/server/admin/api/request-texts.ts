import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Prompts, TextSearchPage } from '../../../store/reader/answers/texts.ts'
import type { LabelSettings } from '../actions/label-actions.ts'
import { type ApiContext, needReader } from './api-context.ts'
import { abortWithClient } from './client-signal.ts'
import { parseBody } from './parse.ts'
import { requestFilter } from './requests.ts'

/** `POST /admin/api/requests/prompts` */
export type PromptsAnswer = { readonly prompts: Prompts }
/** `POST /admin/api/requests/search` */
export type SearchAnswer = TextSearchPage & {
  /** Whether the text is the id of a session that has requests. Only the first page says so. */
  readonly isSession: boolean
  /** What is kept of texts at present. */
  readonly kept: LabelSettings['text']
}

const mostAsked = 200
const promptsBody = z.strictObject({ ids: z.array(z.string().max(1000)).min(1).max(mostAsked) })
const searchBody = z.strictObject({
  ...requestFilter,
  text: z.string().min(1).max(1000),
  whole: z.boolean().default(false),
})

/** What is searched for is in a body, because addresses are kept: in histories, and in logs of proxies. */
export function addRequestTextRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post('/requests/prompts', async (request, reply): Promise<PromptsAnswer> => {
    const { ids } = parseBody(promptsBody, request.body)
    const reader = needReader(context)
    const signal = abortWithClient(reply)
    const prompts = await reader.read('prompts', { ids }, signal)
    // Those of the live tail finished a moment ago.
    const late = prompts.flatMap(({ id, prompt }) => (prompt === null ? [id] : []))
    if (late.length === 0 || context.catchUp === null) return { prompts }
    await context.catchUp()
    const known = prompts.filter(({ prompt }) => prompt !== null)
    return { prompts: [...known, ...(await reader.read('prompts', { ids: late }, signal))] }
  })
  app.post('/requests/search', async (request, reply): Promise<SearchAnswer> => {
    const search = parseBody(searchBody, request.body)
    const reader = needReader(context)
    const signal = abortWithClient(reply)
    const isSession = search.before === undefined && (await isSessionId(context, search.text, signal))
    const page = await reader.read('textSearch', search, signal)
    return { isSession, kept: context.labels?.settings().text ?? 'none', ...page }
  })
}

async function isSessionId(context: ApiContext, session: string, signal: AbortSignal): Promise<boolean> {
  const { requests } = await needReader(context).read('requests', { session, limit: 1 }, signal)
  return requests.length > 0
}
