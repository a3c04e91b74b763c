import { resolve } from 'node:path'
import { z } from 'zod'
import { untilAborted } from '../../base/concurrency/run-steps.ts'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import { DataError, InvalidRequestError } from '../../errors.ts'
import { type AugmentReport, augmentPrompts } from '../../learning/datasets/augment/augment.ts'
import { type VariationKind, variationKinds } from '../../learning/datasets/augment/variation-prompts.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import { parseRow, type Row, stringColumn } from '../../learning/formats/row.ts'
import type { EndpointUsage } from '../../learning/labels/chat/chat-endpoint.ts'
import { formatCostSoFar } from '../chat/cost.ts'
import { type ChatEndpoints, chatOptions } from '../chat/endpoints.ts'
import { withKeptReplies } from '../chat/kept-replies.ts'
import type { Job, JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { protectedFiles } from '../protected-files.ts'

const payload = z.object({
  /** Rows with a `prompt`. */
  input: z.string(),
  /** The rows of `input`, and after them the synthetic ones. */
  output: z.string(),
  /** The model that writes the variations. */
  writer: z.string(),
  /** The model that judges them. Default: the writer. */
  judge: z.exactOptional(z.string()),
  /** The largest share of the output that may be synthetic, below 1. */
  maxShare: z.number().default(0.3),
  /** Default: all kinds. */
  kinds: z.exactOptional(z.array(z.string()).readonly()),
  /** Draws which prompts are varied, and how. */
  seed: z.number().default(0),
  ...chatOptions,
})

export type AugmentPayload = z.output<typeof payload>

export type AugmentResult = {
  readonly output: string
  /** Rows of the input. */
  readonly rows: number
  readonly synthetic: number
  readonly report: AugmentReport
  /** By model. */
  readonly usage: Readonly<Record<string, EndpointUsage>>
}

/** Adds variations of prompts, which a model writes and judges. */
export const augmentJob: Job<AugmentPayload, AugmentResult> = {
  name: 'augment',
  payload,
  async run(given, context) {
    const { folder } = context.workspace
    const input = resolve(folder, given.input)
    const output = resolve(folder, given.output)
    const rows = await readPrompts(input, context)
    const inputs = await protectedFiles(context.workspace, [input, given.cache])
    const write = (endpoints: ChatEndpoints): Promise<AugmentResult> =>
      writeOutputs(inputs, async (openOutput) => {
        const file = await openOutput(output)
        const { prompts, report, usage } = await augmentRows(rows, given, endpoints, context)
        for await (const row of untilAborted([...rows, ...prompts], context.signal))
          await file.write(`${JSON.stringify(row)}\n`)
        return { output, rows: rows.length, synthetic: prompts.length, report, usage }
      })
    return withKeptReplies(given, context, write, ({ report }) => report.overBudget === 0)
  },
}

async function augmentRows(
  rows: readonly PromptRow[],
  given: AugmentPayload,
  endpoints: ChatEndpoints,
  { signal, onProgress }: JobContext,
) {
  const kinds = (given.kinds ?? variationKinds).map(toVariationKind)
  const writer = await endpoints.endpoint('--writer', given.writer, given.price)
  const judge = given.judge === undefined ? writer : await endpoints.endpoint('--judge', given.judge)
  const selectPrompts = (synthetic: boolean) =>
    rows.filter((row) => (row.synthetic === true) === synthetic).map(({ prompt }) => prompt)
  const augmentation = await augmentPrompts(selectPrompts(false), {
    writer,
    judge,
    maxSyntheticShare: given.maxShare,
    existing: selectPrompts(true),
    kinds,
    seed: given.seed,
    atOnce: given.concurrency * 2,
    signal,
    onProgress: ({ kept, wanted }) =>
      onProgress({
        stage: 'augmenting',
        done: kept,
        total: null,
        detail: `of ${wanted}, ${formatCostSoFar(writer.usage(), given.maxCost)}`,
      }),
  })
  return { ...augmentation, usage: { [writer.id]: writer.usage(), [judge.id]: judge.usage() } }
}

function toVariationKind(name: string): VariationKind {
  const kind = variationKinds.find((each) => each === name)
  if (kind !== undefined) return kind
  throw new InvalidRequestError(
    'unknown-variation',
    `--kinds ${name}: a variation is one of ${variationKinds.join(', ')}`,
    { param: '--kinds' },
  )
}

type PromptRow = Row & { readonly prompt: string }

async function readPrompts(input: string, context: JobContext): Promise<PromptRow[]> {
  const rows: PromptRow[] = []
  const options = { signal: context.signal, loadPickPrompt: () => loadPickPrompt(context) }
  for await (const { place, value } of readRows(input, options)) {
    const row = parseRow(value, place)
    rows.push({ ...row, prompt: stringColumn(row, 'prompt', place) })
  }
  if (rows.length > 0) return rows
  throw new DataError('no-prompts', `${input} has no prompt in it; give at least one, {"prompt": "…"} a line`)
}
