import { resolve } from 'node:path'
import { z } from 'zod'
import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { checkOutput, type OutputFile, writeOutputs } from '../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../errors.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import { resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import { loadRouter, type RouterSpec, resolveRouterKind } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import { createIdentityLookup } from '../../routing/routers/trained-prompts/trained-prompts.ts'
import type { Job, JobContext } from '../job.ts'
import { findRouter } from '../named-routers.ts'
import { protectedFiles } from '../protected-files.ts'
import { parseScorableRow, rowsPerBatch, type ScorableRow, scoreBatch } from '../scoring/score-rows.ts'
import { findDataFile } from '../workspace.ts'

const payload = z.object({
  /** A kind, a configured router, or the path of an artifact. */
  router: z.string().default('mf'),
  /** Rows with a `prompt` or an `embedding`. */
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
    const router = await loadRouter(spec, workspace.dependencies)
    try {
      const isTrained = await findTrainedPrompts(spec, workspace.dependencies)
      const rows = await writeOutputs(inputs, async (openOutput) =>
        writeScores({ router, isTrained }, input, await openOutput(output), context),
      )
      return { router: router.name, rows, output }
    } finally {
      if (isClosableRouter(router)) await router.close()
    }
  },
}

/** Tells the prompts of the router's training from others. */
async function findTrainedPrompts(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<(prompt: string) => boolean> {
  const kind = await resolveRouterKind(spec, dependencies)
  const trained =
    spec.checkpoint === undefined ? await kind.origin?.trainedPrompts?.(spec, dependencies) : undefined
  if (trained === undefined) return () => false
  const rowOf = createIdentityLookup(trained)
  return (prompt) => rowOf(prompt) !== undefined
}

async function writeScores(
  { router, isTrained }: { readonly router: Router; readonly isTrained: (prompt: string) => boolean },
  input: string,
  file: OutputFile,
  { signal, onProgress, onWarning }: JobContext,
): Promise<number> {
  let rows = 0
  let trained = 0
  let batch: ScorableRow[] = []
  const flush = async () => {
    const winRates = await scoreBatch(router, batch, signal)
    const lines = batch.map((row, index) =>
      JSON.stringify({ strongWinRate: winRates[index], ...row.columns }),
    )
    if (lines.length > 0) await file.write(`${lines.join('\n')}\n`)
    rows += batch.length
    for (const { columns } of batch)
      if (typeof columns.prompt === 'string' && isTrained(columns.prompt)) trained++
    batch = []
    onProgress({ stage: 'score', done: rows, total: null, detail: '' })
    await hearAbort(signal)
  }
  for await (const { place, value } of readRows(input, { signal })) {
    batch.push(parseScorableRow(value, place))
    if (batch.length === rowsPerBatch) await flush()
  }
  await flush()
  if (trained > 0)
    onWarning(
      `the router ${router.name} was trained on the prompts of ${trained} of the ${rows} rows: their win rates show what it would decide, and flatter it in a measurement. routellm evaluate --routers gives them the win rates of fits without them`,
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
