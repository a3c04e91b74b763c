import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DataError, InvalidRequestError } from '../../../../errors.ts'
import { readRows } from '../../../../learning/formats/read-rows.ts'
import type { Row } from '../../../../learning/formats/row.ts'
import { type CheckerKind, createChecker } from '../../../../learning/labels/checkers/registry.ts'
import type { ChatEndpoint, EndpointUsage } from '../../../../learning/labels/judge/chat/chat-endpoint.ts'
import {
  defaultComparisonPrompt,
  defaultGradePrompt,
  judgePromptOf,
  promptHash,
} from '../../../../learning/labels/judge/judge-prompts.ts'
import {
  checkAnswers,
  gradeAnswers,
  judgePairs,
  type LabelOptions,
} from '../../../../learning/labels/judge/label-rows.ts'
import { battleRow, checkRow, gradeRow } from '../../../../learning/labels/judge/labels.ts'
import { createLlmJudge } from '../../../../learning/labels/judge/llm-judge.ts'
import {
  createPairwiseTally,
  type PairwiseReport,
} from '../../../../learning/labels/judge/pairwise-report.ts'
import { createScoreTally, type ScoreReport } from '../../../../learning/labels/judge/score-report.ts'
import { type AnsweredPrompt, parseAnsweredPrompt } from '../../../../learning/rows/answered-prompts.ts'
import { type ChatFlags, openChatEndpoints } from '../../../setup/chat-endpoints.ts'
import { createProgress } from '../../../terminal/progress.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { costSoFar } from './print.ts'

/** The flags that say how rows are labelled. */
export type LabelFlags = ChatFlags & {
  readonly checker?: CheckerKind
  readonly ignoreCase?: true
  readonly tolerance?: number
  readonly unparsable: 'drop' | 'wrong'
  readonly judge?: string
  readonly mode: 'pairwise' | 'single'
  readonly samples: number
  readonly promptFile?: string
  readonly strongModel?: string
  readonly weakModel?: string
}

/** Reads every row, so that a broken one is found before anything is paid for. */
export async function countRows(input: string): Promise<number> {
  let rows = 0
  for await (const _ of answeredPrompts(input)) rows++
  if (rows === 0)
    throw new DataError(
      'no-rows',
      `${input} has no row in it; give at least one, {"prompt", "answers"} a line`,
    )
  return rows
}

async function* answeredPrompts(input: string): AsyncGenerator<AnsweredPrompt> {
  for await (const { place, value } of readRows(input)) yield parseAnsweredPrompt(value, place)
}

type Write = (row: Row) => Promise<void>

/** What a run came to. */
export type LabelRun = {
  readonly report: PairwiseReport | ScoreReport
  readonly judge?: { readonly model: string; readonly prompt: string; readonly usage: EndpointUsage }
}

/** Compares every answer with its row's reference. */
export async function checkRows(
  input: string,
  _rows: number,
  flags: LabelFlags,
  { interrupted }: CommandContext,
  write: Write,
): Promise<LabelRun> {
  const { checker = 'exact', tolerance, ignoreCase } = flags
  const check = createChecker(checker, {
    ...(tolerance !== undefined && { tolerance }),
    ...(ignoreCase !== undefined && { ignoreCase }),
  })
  const tally = createScoreTally()
  for await (const checked of checkAnswers(answeredPrompts(input), check, pairOf(flags))) {
    interrupted.throwIfAborted()
    tally.add(checked)
    const row = checkRow(checked, flags.unparsable)
    if (row !== undefined) await write(row)
  }
  return { report: tally.report() }
}

/** Puts every question to the judge. @param rows how many there are, for the progress. */
export async function judgeRows(
  input: string,
  rows: number,
  flags: LabelFlags,
  context: CommandContext,
  write: Write,
): Promise<LabelRun> {
  const prompt = await judgePrompt(flags, context)
  const endpoints = await openChatEndpoints(flags, context)
  try {
    const endpoint = await endpoints.endpoint('--judge', flags.judge ?? '')
    const judge = createLlmJudge(endpoint, {
      samples: flags.samples,
      comparisonPrompt: prompt,
      gradePrompt: prompt,
    })
    const options = { ...pairOf(flags), atOnce: flags.concurrency * 4, signal: context.interrupted }
    const run = flags.mode === 'pairwise' ? compareAll : gradeAll
    const report = await run(
      judge,
      answeredPrompts(input),
      options,
      write,
      judgingProgress(endpoint, rows, flags, context),
    )
    return { report, judge: { model: endpoint.id, prompt: promptHash(prompt), usage: endpoint.usage() } }
  } finally {
    await endpoints.close()
  }
}

type Judge = ReturnType<typeof createLlmJudge>
type Follow = { row(row: AnsweredPrompt): void; stop(): void }

async function compareAll(
  judge: Judge,
  prompts: AsyncIterable<AnsweredPrompt>,
  options: LabelOptions,
  write: Write,
  follow: Follow,
) {
  const tally = createPairwiseTally()
  try {
    for await (const pair of judgePairs(prompts, judge, options)) {
      tally.add(pair)
      follow.row(pair.row)
      const row = battleRow(pair)
      if (row !== undefined) await write(row)
    }
    return tally.report()
  } finally {
    follow.stop()
  }
}

async function gradeAll(
  judge: Judge,
  prompts: AsyncIterable<AnsweredPrompt>,
  options: LabelOptions,
  write: Write,
  follow: Follow,
) {
  const tally = createScoreTally()
  try {
    for await (const graded of gradeAnswers(prompts, judge, options)) {
      tally.add(graded)
      follow.row(graded.row)
      const row = gradeRow(graded)
      if (row !== undefined) await write(row)
    }
    return tally.report()
  } finally {
    follow.stop()
  }
}

function judgingProgress(
  endpoint: ChatEndpoint,
  rows: number,
  flags: LabelFlags,
  { terminal }: CommandContext,
): Follow {
  const progress = createProgress(terminal, 'judging', rows)
  let done = 0
  let last: AnsweredPrompt | undefined
  return {
    row(row) {
      if (row !== last) done++
      last = row
      progress.update(done, costSoFar(endpoint.usage(), flags.maxCost))
    },
    stop: () => progress.stop(),
  }
}

function pairOf({ strongModel, weakModel }: LabelFlags): Pick<LabelOptions, 'pair'> {
  return strongModel === undefined || weakModel === undefined
    ? {}
    : { pair: { strong: strongModel, weak: weakModel } }
}

async function judgePrompt({ promptFile, mode }: LabelFlags, { folder }: CommandContext) {
  const base = mode === 'pairwise' ? defaultComparisonPrompt : defaultGradePrompt
  if (promptFile === undefined) return base
  const name = resolve(folder, promptFile)
  try {
    return judgePromptOf(JSON.parse(await readFile(name, 'utf8')), base)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidRequestError('bad-judge-prompt', `--prompt-file ${name}: ${reason}`, {
      param: '--prompt-file',
      cause,
    })
  }
}
