import { resolve } from 'node:path'
import { z } from 'zod'
import { untilAborted } from '../../base/concurrency/run-steps.ts'
import { checkOutput, type OutputFile, writeOutputs } from '../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../errors.ts'
import {
  type Contamination,
  type ContaminationCheck,
  createContaminationCheck,
  type TestPrompt,
} from '../../learning/datasets/decontaminate/contamination.ts'
import type { PlacedRow } from '../../learning/formats/read-rows.ts'
import { parseRow } from '../../learning/formats/row.ts'
import { promptOfRow } from '../../learning/rows/forms.ts'
import type { Job, JobContext } from '../job.ts'
import { protectedFiles } from '../protected-files.ts'
import { checkRowOutput, duplicateIdModes, readJobRows, toJsonLines } from '../row-file.ts'
import { findDataFile, openEmbedder } from '../workspace.ts'
import { readTestPrompts } from './test-prompts.ts'

const payload = z.object({
  /** Outcomes, battles or prompts. */
  input: z.string(),
  /** Files of test prompts, in any form. */
  against: z.exactOptional(z.array(z.string())),
  /** Names of benchmarks whose prompts are test prompts. */
  benchmarks: z.exactOptional(z.array(z.string())),
  /** The folder that contains routellm/evals. Default: the workspace's. */
  data: z.exactOptional(z.string()),
  /** JSON Lines to write: the rows that are no test prompts. */
  output: z.exactOptional(z.string()),
  /** JSON to write: the result of the job. */
  report: z.exactOptional(z.string()),
  sequenceWords: z.number().default(13),
  sequenceShare: z.number().default(0.3),
  cosine: z.number().default(0.95),
  /** `none`: without the rule of cosine. */
  embedder: z.string().default('builtin'),
  duplicateIds: z.enum(duplicateIdModes).default('error'),
})

export type DecontaminatePayload = z.output<typeof payload>

export type DecontaminationReport = {
  readonly input: string
  readonly output: string | null
  readonly testPrompts: number
  readonly rows: number
  readonly kept: number
  readonly removed: number
  readonly rules: Record<Contamination['rule'], number>
  readonly matches: readonly {
    readonly place: string
    readonly rule: Contamination['rule']
    readonly similarity: number
    /** The beginning of the prompt. */
    readonly prompt: string
    readonly testPlace: string
    readonly testPrompt: string
  }[]
}

/** Finds prompts of test sets in training data, and writes the data without them. */
export const decontaminateJob: Job<DecontaminatePayload, DecontaminationReport> = {
  name: 'decontaminate',
  payload,
  async run(given, context) {
    const { workspace } = context
    if (given.against === undefined && given.benchmarks === undefined)
      throw new InvalidRequestError(
        'no-test-prompts',
        'There is nothing to compare with: give a file with --against, or --benchmarks mmlu,gsm8k,mt-bench.',
        { param: '--against' },
      )
    const input = await findDataFile(given.input, workspace)
    const output = given.output === undefined ? undefined : resolve(workspace.folder, given.output)
    const report = given.report === undefined ? undefined : resolve(workspace.folder, given.report)
    if (output !== undefined) await checkRowOutput(input, output)
    const inputs = await protectedFiles(workspace, [input, ...(given.against ?? [])])
    if (output !== undefined) await checkOutput(output, inputs)
    if (report !== undefined) await checkOutput(report, inputs, '--report')
    const testPrompts = await readTestPrompts(given, context)
    const check = await openCheck(testPrompts, given, context)
    try {
      return await writeOutputs(inputs, async (openOutput) => {
        const clean = output === undefined ? undefined : await openOutput(output)
        const written = report === undefined ? undefined : await openOutput(report, '--report')
        const found = await checkRows({ ...given, input }, check, clean, context)
        const result = { input, output: output ?? null, testPrompts: testPrompts.length, ...found }
        if (written !== undefined)
          for await (const piece of untilAborted(reportPieces(result), context.signal))
            await written.write(piece)
        return result
      })
    } finally {
      await check.close()
    }
  },
}

async function openCheck(
  testPrompts: readonly TestPrompt[],
  { sequenceWords, sequenceShare, cosine, embedder: name }: DecontaminatePayload,
  { workspace, signal, onProgress }: JobContext,
): Promise<ContaminationCheck> {
  const embedder = name === 'none' ? undefined : await openEmbedder(name, workspace)
  return createContaminationCheck(testPrompts, {
    sequenceWords,
    sequenceShare,
    cosine,
    ...(embedder !== undefined && { embed: (texts, signal) => embedder.embed(texts, signal) }),
    signal,
    onEmbedded: (done) =>
      onProgress({ stage: 'embedding test prompts', done, total: testPrompts.length, detail: '' }),
  })
}

const rowsPerBatch = 256
const excerptCharacters = 200

async function checkRows(
  { input, duplicateIds }: DecontaminatePayload,
  check: ContaminationCheck,
  output: OutputFile | undefined,
  context: JobContext,
): Promise<Omit<DecontaminationReport, 'input' | 'output' | 'testPrompts'>> {
  const rules = { exact: 0, 'word-sequences': 0, cosine: 0 }
  const matches: DecontaminationReport['matches'][number][] = []
  let rows = 0
  let batch: (PlacedRow & { readonly prompt: string })[] = []
  const flush = async () => {
    const found = await check.check(batch.map(({ prompt }) => prompt))
    const kept = batch.filter((_, index) => found[index] === undefined)
    await output?.write(toJsonLines(kept.map(({ value }) => value)))
    for (const [index, { place, prompt }] of batch.entries()) {
      const match = found[index]
      if (match === undefined) continue
      rules[match.rule]++
      const { rule, similarity, testPrompt } = match
      matches.push({
        place,
        rule,
        similarity,
        prompt: toExcerpt(prompt),
        testPlace: testPrompt.place,
        testPrompt: toExcerpt(testPrompt.prompt),
      })
    }
    rows += batch.length
    batch = []
  }
  for await (const row of readJobRows({ input, stage: 'comparing', duplicateIds }, context)) {
    batch.push({ ...row, prompt: promptOfRow(parseRow(row.value, row.place), row.place) })
    if (batch.length === rowsPerBatch) await flush()
  }
  await flush()
  return { rows, kept: rows - matches.length, removed: matches.length, rules, matches }
}

/** `JSON.stringify(report, null, 2)` with a newline, in pieces of one match: there may be as many as rows. */
function* reportPieces({ matches, ...rest }: DecontaminationReport): Generator<string> {
  const [before = '', after = ''] = JSON.stringify({ ...rest, matches: [] }, null, 2).split(
    /(?<="matches": \[)/,
  )
  yield before
  for (const [index, match] of matches.entries())
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(match, null, 2).replaceAll('\n', '\n    ')}`
  yield `${matches.length === 0 ? '' : '\n  '}${after}\n`
}

/** The beginning of a prompt. */
function toExcerpt(prompt: string): string {
  return prompt.length > excerptCharacters ? `${prompt.slice(0, excerptCharacters)}…` : prompt
}
