import { resolve } from 'node:path'
import { z } from 'zod'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import { DataError, InvalidRequestError } from '../../errors.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import { type AnswerReport, createAnswerTally } from '../../learning/labels/answers/answer-report.ts'
import { type AskedModel, answerPrompts, answerRow } from '../../learning/labels/answers/answer-rows.ts'
import type { EndpointUsage } from '../../learning/labels/chat/chat-endpoint.ts'
import { parseUnansweredPrompt, type UnansweredPrompt } from '../../learning/rows/answered-prompts.ts'
import { formatCostSoFar, sumUsage } from '../chat/cost.ts'
import { type ChatEndpoints, chatOptions } from '../chat/endpoints.ts'
import { withKeptReplies } from '../chat/kept-replies.ts'
import type { Job, JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { protectedFiles } from '../protected-files.ts'
import { checkReadTwice } from '../read-twice.ts'
import { findDataFile } from '../workspace.ts'

const { price, ...sharedOptions } = chatOptions

const payload = z.object({
  /** Rows with a prompt. A row may have answers already. */
  input: z.string(),
  /** Rows `{"prompt", "answers": {"model": "text"}}`, with the other columns of the input. */
  output: z.string(),
  /** The models to ask. */
  models: z.array(z.string()).min(1).readonly(),
  /** One price for every model, or one for each in their order. Default: those of the configured models. */
  prices: z.exactOptional(z.array(price.unwrap()).readonly()),
  ...sharedOptions,
  /** Default: null, the model's own, as in production. */
  temperature: z.nullable(z.number()).default(null),
  /** Tokens of the longest answer. */
  maxTokens: z.number().default(4096),
})

export type AnswerPayload = z.output<typeof payload>

export type AnswerResult = {
  readonly output: string
  /** Prompts read. */
  readonly rows: number
  /** Rows written: those with an answer. */
  readonly answered: number
  /** Questions that were not asked because of the cost cap. */
  readonly leftOut: number
  readonly report: AnswerReport
  /** By model. */
  readonly usage: Readonly<Record<string, EndpointUsage>>
}

/** Asks models for their answers to a file of prompts. */
export const answerJob: Job<AnswerPayload, AnswerResult> = {
  name: 'answer',
  payload,
  async run(given, context) {
    const { workspace } = context
    checkModels(given)
    const input = await findDataFile(given.input, workspace)
    const output = resolve(workspace.folder, given.output)
    await checkReadTwice([input])
    const rows = await countPrompts(input, context)
    const inputs = await protectedFiles(workspace, [input, given.cache])
    const placed = { ...given, input }
    return withKeptReplies(
      placed,
      context,
      (endpoints) =>
        writeOutputs(inputs, async (openOutput) => {
          const file = await openOutput(output)
          const write = (row: object) => file.write(`${JSON.stringify(row)}\n`)
          return { output, ...(await answerAll(placed, rows, endpoints, context, write)) }
        }),
      ({ leftOut }) => leftOut === 0,
    )
  },
}

function checkModels({ models, prices }: AnswerPayload): void {
  const twice = models.find((model, index) => models.indexOf(model) !== index)
  if (twice !== undefined)
    throw new InvalidRequestError('bad-flags', `--model ${twice} is named twice; name each model once`, {
      param: '--model',
    })
  if (prices === undefined || prices.length === 1 || prices.length === models.length) return
  throw new InvalidRequestError(
    'bad-flags',
    `--price: ${prices.length} prices for ${models.length} models; give one for all, or one for each --model in the same order`,
    { param: '--price' },
  )
}

/** Reads every row first, so an invalid one is found before anything is paid for. */
async function countPrompts(input: string, context: JobContext): Promise<number> {
  let rows = 0
  for await (const _ of unansweredPrompts(input, context)) rows++
  if (rows > 0) return rows
  throw new DataError('no-prompts', `${input} has no prompt in it; give at least one, {"prompt": "…"} a line`)
}

async function* unansweredPrompts(input: string, context: JobContext): AsyncGenerator<UnansweredPrompt> {
  const rows = readRows(input, { signal: context.signal, loadPickPrompt: () => loadPickPrompt(context) })
  for await (const { place, value } of rows) yield parseUnansweredPrompt(value, place)
}

async function answerAll(
  given: AnswerPayload,
  rows: number,
  endpoints: ChatEndpoints,
  context: JobContext,
  write: (row: object) => Promise<void>,
): Promise<Omit<AnswerResult, 'output'>> {
  const { signal, onProgress } = context
  const models = await openModels(given, endpoints)
  const usage = () => Object.fromEntries(models.map(({ name, endpoint }) => [name, endpoint.usage()]))
  const tally = createAnswerTally(given.models)
  const options = { atOnce: given.concurrency * 4, signal }
  let done = 0
  let answered = 0
  for await (const asked of answerPrompts(unansweredPrompts(given.input, context), models, options)) {
    tally.add(asked)
    const row = answerRow(asked)
    if (row !== undefined) {
      answered++
      await write(row)
    }
    const detail = formatCostSoFar(sumUsage(Object.values(usage())), given.maxCost)
    onProgress({ stage: 'answering', done: ++done, total: rows, detail })
  }
  signal.throwIfAborted()
  const report = tally.report()
  const leftOut = report.models.reduce((sum, model) => sum + model.overBudget, 0)
  return { rows, answered, leftOut, report, usage: usage() }
}

async function openModels(
  { models, prices = [] }: AnswerPayload,
  endpoints: ChatEndpoints,
): Promise<AskedModel[]> {
  const asked: AskedModel[] = []
  for (const [index, name] of models.entries())
    asked.push({
      name,
      endpoint: await endpoints.endpoint('--model', name, prices.length === 1 ? prices[0] : prices[index]),
    })
  return asked
}
