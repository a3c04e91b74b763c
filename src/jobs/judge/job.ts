import { resolve } from 'node:path'
import { z } from 'zod'
import { readRegularFile } from '../../base/files/read-file.ts'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import { DataError, InvalidRequestError } from '../../errors.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import type { Row } from '../../learning/formats/row.ts'
import type { ChatEndpoint, EndpointUsage } from '../../learning/labels/chat/chat-endpoint.ts'
import { checkerKinds, createChecker } from '../../learning/labels/checkers/registry.ts'
import {
  defaultComparisonPrompt,
  defaultGradePrompt,
  judgePromptOf,
  promptHash,
} from '../../learning/labels/judge/judge-prompts.ts'
import {
  checkAnswers,
  gradeAnswers,
  judgePairs,
  type LabelOptions,
} from '../../learning/labels/judge/label-rows.ts'
import { battleRow, checkRow, gradeRow } from '../../learning/labels/judge/labels.ts'
import { createLlmJudge } from '../../learning/labels/judge/llm-judge.ts'
import { createPairwiseTally, type PairwiseReport } from '../../learning/labels/judge/pairwise-report.ts'
import { createScoreTally, type ScoreReport } from '../../learning/labels/judge/score-report.ts'
import { type AnsweredPrompt, parseAnsweredPrompt } from '../../learning/rows/answered-prompts.ts'
import { formatCostSoFar } from '../chat/cost.ts'
import { type ChatEndpoints, chatOptions } from '../chat/endpoints.ts'
import { withKeptReplies } from '../chat/kept-replies.ts'
import type { Job, JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { protectedFiles } from '../protected-files.ts'
import { checkReadTwice } from '../read-twice.ts'

const payload = z.object({
  /** Rows `{"prompt", "answers": {"model": "text"}, "reference"?}`. */
  input: z.string(),
  /** Battles, or outcomes of a checker and of the mode `single`. */
  output: z.string(),
  /** Label by this rule, or by the model `judge`. */
  checker: z.exactOptional(z.enum(checkerKinds)),
  ignoreCase: z.exactOptional(z.literal(true)),
  /** Of the checker `numeric`: the largest difference that counts as equal. */
  tolerance: z.exactOptional(z.number()),
  /** An answer that a checker cannot read has no score, or is wrong. */
  unparsable: z.enum(['drop', 'wrong']).default('drop'),
  judge: z.exactOptional(z.string()),
  mode: z.enum(['pairwise', 'single']).default('pairwise'),
  /** How often each question is asked. */
  samples: z.number().default(1),
  /** JSON with parts of the judge's prompt. */
  promptFile: z.exactOptional(z.string()),
  /** Only these two models. */
  strongModel: z.exactOptional(z.string()),
  weakModel: z.exactOptional(z.string()),
  ...chatOptions,
})

export type JudgePayload = z.output<typeof payload>

export type JudgeResult = {
  readonly output: string
  readonly rows: number
  /** Rows written. */
  readonly labels: number
  /** Questions that were not asked because of the cost cap. */
  readonly leftOut: number
  readonly report: PairwiseReport | ScoreReport
  readonly judge?: { readonly model: string; readonly prompt: string; readonly usage: EndpointUsage }
}

type LabelRun = Pick<JudgeResult, 'report' | 'judge'>
type Write = (row: Row) => Promise<void>

/** Labels the answers of several models, by a rule or by a language model. */
export const judgeJob: Job<JudgePayload, JudgeResult> = {
  name: 'judge',
  payload,
  async run(given, context) {
    checkPayload(given)
    const { folder } = context.workspace
    const input = resolve(folder, given.input)
    const output = resolve(folder, given.output)
    await checkReadTwice([input])
    const rows = await countRows(input, context)
    const inputs = await protectedFiles(context.workspace, [input, given.cache, given.promptFile])
    const writeLabels = (label: (write: Write) => Promise<LabelRun>): Promise<JudgeResult> =>
      writeOutputs(inputs, async (openOutput) => {
        const file = await openOutput(output)
        let labels = 0
        const run = await label(async (row) => {
          labels++
          await file.write(`${JSON.stringify(row)}\n`)
        })
        return { output, rows, labels, leftOut: countLeftOut(run.report), ...run }
      })
    const placed = { ...given, input }
    if (given.checker !== undefined) return writeLabels((write) => checkRows(placed, context, write))
    return withKeptReplies(
      given,
      context,
      (endpoints) => writeLabels((write) => judgeRows(placed, rows, endpoints, context, write)),
      ({ leftOut }) => leftOut === 0,
    )
  },
}

function checkPayload({ checker, judge, strongModel, weakModel }: JudgePayload): void {
  const wrong = (param: string, what: string) =>
    new InvalidRequestError('bad-flags', `${param}: ${what}`, { param })
  if ((checker === undefined) === (judge === undefined))
    throw wrong(
      '--judge',
      'say how to label: by a rule (--checker numeric), or by a model (--judge gpt-4.1-mini), not both',
    )
  if ((strongModel === undefined) !== (weakModel === undefined))
    throw wrong(
      strongModel === undefined ? '--strong-model' : '--weak-model',
      'is missing: name both models of the pair, or neither',
    )
}

function countLeftOut(report: JudgeResult['report']): number {
  return 'pairs' in report
    ? report.overBudget
    : report.models.reduce((sum, model) => sum + model.overBudget, 0)
}

/** Reads every row first, so an invalid one is found before anything is paid for. */
async function countRows(input: string, context: JobContext): Promise<number> {
  let rows = 0
  for await (const _ of answeredPrompts(input, context)) rows++
  if (rows === 0)
    throw new DataError(
      'no-rows',
      `${input} has no row in it; give at least one, {"prompt", "answers"} a line`,
    )
  return rows
}

async function* answeredPrompts(input: string, context: JobContext): AsyncGenerator<AnsweredPrompt> {
  const rows = readRows(input, { signal: context.signal, loadPickPrompt: () => loadPickPrompt(context) })
  for await (const { place, value } of rows) yield parseAnsweredPrompt(value, place)
}

/** Compares every answer with its row's reference. */
async function checkRows(given: JudgePayload, context: JobContext, write: Write): Promise<LabelRun> {
  const { signal } = context
  const { input, checker = 'exact', tolerance, ignoreCase } = given
  const check = createChecker(checker, {
    ...(tolerance !== undefined && { tolerance }),
    ...(ignoreCase !== undefined && { ignoreCase }),
  })
  const tally = createScoreTally()
  for await (const checked of checkAnswers(answeredPrompts(input, context), check, findPair(given))) {
    signal.throwIfAborted()
    tally.add(checked)
    const row = checkRow(checked, given.unparsable)
    if (row !== undefined) await write(row)
  }
  return { report: tally.report() }
}

/** Asks the judge every question. @param rows the number of rows, for the progress. */
async function judgeRows(
  given: JudgePayload,
  rows: number,
  endpoints: ChatEndpoints,
  context: JobContext,
  write: Write,
): Promise<LabelRun> {
  const prompt = await readJudgePrompt(given, context)
  const endpoint = await endpoints.endpoint('--judge', given.judge ?? '', given.price)
  const judge = createLlmJudge(endpoint, {
    samples: given.samples,
    comparisonPrompt: prompt,
    gradePrompt: prompt,
  })
  const options = { ...findPair(given), atOnce: given.concurrency * 4, signal: context.signal }
  const run = given.mode === 'pairwise' ? compareAll : gradeAll
  const follow = followRows(endpoint, rows, given, context)
  const report = await run(judge, answeredPrompts(given.input, context), options, write, follow)
  return { report, judge: { model: endpoint.id, prompt: promptHash(prompt), usage: endpoint.usage() } }
}

type Judge = ReturnType<typeof createLlmJudge>
/** Called with the row of each question that was answered. */
type Follow = (row: AnsweredPrompt) => void

async function compareAll(
  judge: Judge,
  prompts: AsyncIterable<AnsweredPrompt>,
  options: LabelOptions,
  write: Write,
  follow: Follow,
) {
  const tally = createPairwiseTally()
  for await (const pair of judgePairs(prompts, judge, options)) {
    tally.add(pair)
    follow(pair.row)
    const row = battleRow(pair)
    if (row !== undefined) await write(row)
  }
  return tally.report()
}

async function gradeAll(
  judge: Judge,
  prompts: AsyncIterable<AnsweredPrompt>,
  options: LabelOptions,
  write: Write,
  follow: Follow,
) {
  const tally = createScoreTally()
  for await (const graded of gradeAnswers(prompts, judge, options)) {
    tally.add(graded)
    follow(graded.row)
    const row = gradeRow(graded)
    if (row !== undefined) await write(row)
  }
  return tally.report()
}

function followRows(
  endpoint: ChatEndpoint,
  rows: number,
  { maxCost }: JudgePayload,
  { onProgress }: JobContext,
): Follow {
  let done = 0
  let last: AnsweredPrompt | undefined
  return (row) => {
    if (row !== last) done++
    last = row
    onProgress({
      stage: 'judging',
      done,
      total: rows,
      detail: formatCostSoFar(endpoint.usage(), maxCost),
    })
  }
}

function findPair({ strongModel, weakModel }: JudgePayload): Pick<LabelOptions, 'pair'> {
  return strongModel === undefined || weakModel === undefined
    ? {}
    : { pair: { strong: strongModel, weak: weakModel } }
}

async function readJudgePrompt({ promptFile, mode }: JudgePayload, { workspace }: JobContext) {
  const base = mode === 'pairwise' ? defaultComparisonPrompt : defaultGradePrompt
  if (promptFile === undefined) return base
  const name = resolve(workspace.folder, promptFile)
  try {
    return judgePromptOf(JSON.parse((await readRegularFile(name)).toString('utf8')), base)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidRequestError('bad-judge-prompt', `--prompt-file ${name}: ${reason}`, {
      param: '--prompt-file',
      cause,
    })
  }
}
