import { resolve } from 'node:path'
import { z } from 'zod'
import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { checkOutput, type OutputFile, writeOutputs } from '../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type PlacedRow, readRows } from '../../learning/formats/read-rows.ts'
import { resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import type { Job, JobContext } from '../job.ts'
import { findRouter } from '../named-routers.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { protectedFiles } from '../protected-files.ts'
import { rowsPerBatch } from '../scoring/score-rows.ts'
import { findDataFile } from '../workspace.ts'
import { openScorer, type RowScorer } from './row-scorer.ts'

const payload = z.object({
  /** A kind, a configured router, or the path of an artifact. */
  router: z.string().default('mf'),
  /** Rows with a `prompt` or an `embedding`; for a cascade's verifier with a `prompt` and an `answer`. */
  input: z.string(),
  /** JSON Lines to write: `{"strongWinRate", …the row without its embedding}`. */
  output: z.string(),
  /** Weights in upstream's layout: a folder or a hub id. */
  checkpoint: z.exactOptional(z.string()),
  revision: z.exactOptional(z.string()),
  embedder: z.exactOptional(z.string()),
  /** The models of the checkpoint's table to score for. */
  scoringStrongModel: z.exactOptional(z.string()),
  scoringWeakModel: z.exactOptional(z.string()),
})

export type ScorePayload = z.output<typeof payload>

export type ScoreResult = { readonly router: string; readonly rows: number; readonly output: string }

/** Scores a file of prompts: the strong model's win rate for each, in order. */
export const scoreJob: Job<ScorePayload, ScoreResult> = {
  name: 'score',
  payload,
  async run(given, context) {
    const { workspace } = context
    const input = await findDataFile(given.input, workspace)
    const output = resolve(workspace.folder, given.output)
    const spec = completeSpec(findRouter(given.router, workspace), given, workspace.folder)
    const inputs = await protectedFiles(workspace, [input], [spec])
    await checkOutput(output, inputs)
    const scorer = await openScorer(spec, workspace.dependencies)
    try {
      const rows = await writeOutputs(inputs, async (openOutput) =>
        writeScores(scorer, input, await openOutput(output), context),
      )
      return { router: scorer.name, rows, output }
    } finally {
      await scorer.close()
    }
  },
}

async function writeScores(
  scorer: RowScorer,
  input: string,
  file: OutputFile,
  context: JobContext,
): Promise<number> {
  const { signal, onProgress, onWarning } = context
  let rows = 0
  let trained = 0
  let batch: PlacedRow[] = []
  const flush = async () => {
    const scored = await scorer.score(batch, signal)
    const lines = scored.map(({ columns, strongWinRate }) => JSON.stringify({ strongWinRate, ...columns }))
    if (lines.length > 0) await file.write(`${lines.join('\n')}\n`)
    rows += batch.length
    for (const { columns } of scored)
      if (typeof columns.prompt === 'string' && scorer.isTrained(columns.prompt)) trained++
    batch = []
    onProgress({ stage: 'score', done: rows, total: null, detail: '' })
    await hearAbort(signal)
  }
  for await (const row of readRows(input, { signal, loadPickPrompt: () => loadPickPrompt(context) })) {
    batch.push(row)
    if (batch.length === rowsPerBatch) await flush()
  }
  await flush()
  if (trained > 0)
    onWarning(
      `the router ${scorer.name} was trained on the prompts of ${trained} of the ${rows} rows: their win rates show what it would decide, and flatter it in a measurement. ${scorer.measuredBy} them the win rates of fits without them`,
    )
  return rows
}

function completeSpec(router: RouterSpec, given: ScorePayload, folder: string): RouterSpec {
  const { checkpoint, revision, embedder, scoringStrongModel, scoringWeakModel } = given
  if (checkpoint !== undefined && router.artifact !== undefined)
    throw new InvalidRequestError(
      'artifact-and-checkpoint',
      `--checkpoint ${checkpoint}: the router ${router.name} is an artifact with its own weights; name --router mf`,
      { param: '--checkpoint' },
    )
  return {
    ...router,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(revision !== undefined && { revision }),
    ...(embedder !== undefined && { embedder: resolveEmbedderPath(embedder, folder) }),
    ...(scoringStrongModel !== undefined && { scoringStrongModel }),
    ...(scoringWeakModel !== undefined && { scoringWeakModel }),
  }
}
