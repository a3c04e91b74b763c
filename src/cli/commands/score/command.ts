import { resolve } from 'node:path'
import type { Command } from 'commander'
import { checkOutput, type OutputFile, writeOutputs } from '../../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { readRows } from '../../../learning/formats/read-rows.ts'
import { resolveEmbedderPath } from '../../../routing/embedding/registry.ts'
import type { RouterSpec } from '../../../routing/routers/registry.ts'
import { loadRouter } from '../../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../../routing/routers/router.ts'
import { type ScorableRow, scorableRow, strongWinRatesOf } from '../../scoring/scoring.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import { dataFile } from '../../setup/data-file.ts'
import { routerDependencies } from '../../setup/open-gateway.ts'
import { namedRouter } from '../../setup/routers.ts'
import { createProgress } from '../../terminal/progress.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type ScoreFlags = {
  readonly router: string
  readonly input: string
  readonly output: string
  readonly config?: string
  readonly checkpoint?: string
  readonly revision?: string
  readonly embedder?: string
  readonly scoringStrongModel?: string
  readonly scoringWeakModel?: string
  readonly json?: true
}

export function addScoreCommand(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description("Score a file of prompts: the strong model's win rate for each, in order.")
    .requiredOption(
      '--input <file>',
      'JSON Lines, CSV or Parquet with a "prompt" or an "embedding" in each row; .gz is read too',
    )
    .requiredOption(
      '--output <file>',
      'JSON Lines to write: {"strongWinRate", …the row without its embedding}',
    )
    .option(
      '--router <name>',
      'a kind (mf, random, length, rules), a configured router, or the path of an artifact',
      'mf',
    )
    .option('--checkpoint <folder or hub id>', "weights in the upstream project's layout")
    .option('--revision <revision>', 'branch, tag or commit of the checkpoint on the hub')
    .option('--embedder <embedder>', 'builtin, openai-compatible:<model> or onnx:<folder or hub id>')
    .option('--scoring-strong-model <name>', "row of the checkpoint's table to score as the strong model")
    .option('--scoring-weak-model <name>', "row of the checkpoint's table to score as the weak model")
    .option('--config <file>', 'configuration file (default: ./routellm.yaml where there is one)')
    .option('--json', 'print {"router", "rows", "output"} to stdout')
    .addHelpText(
      'after',
      `
A row with both a prompt and an embedding is scored by its embedding. The output appears only when it is whole.

Examples:
  routellm score --input prompts.jsonl --output scores.jsonl
  routellm score --router ./my-router --input prompts.jsonl.gz --output scores.jsonl.gz
  routellm score --checkpoint routellm/mf_gpt4_augmented --embedder openai-compatible:text-embedding-3-small \\
    --input prompts.jsonl --output scores.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      score(command.optsWithGlobals<ScoreFlags>(), context),
    )
}

const batchRows = 256

async function score(flags: ScoreFlags, context: CommandContext): Promise<void> {
  const { terminal, folder } = context
  const input = await dataFile(flags.input, context)
  const output = resolve(folder, flags.output)
  await checkOutput(output, [input])
  const router = await loadNamedRouter(flags, context)
  try {
    const rows = await writeOutputs([input], async (openOutput) =>
      scoreRows(router, input, await openOutput(output), context),
    )
    if (flags.json === true) terminal.result(JSON.stringify({ router: router.name, rows, output }))
    terminal.note(`Scored ${rows} rows with ${router.name}: ${output}`)
  } finally {
    if (isClosableRouter(router)) await router.close()
  }
}

async function scoreRows(
  router: Router,
  input: string,
  file: OutputFile,
  { terminal, interrupted }: CommandContext,
): Promise<number> {
  const progress = createProgress(terminal, 'score', undefined)
  let rows = 0
  let batch: ScorableRow[] = []
  const flush = async () => {
    const winRates = await strongWinRatesOf(router, batch, interrupted)
    const lines = batch.map((row, index) =>
      JSON.stringify({ strongWinRate: winRates[index], ...row.columns }),
    )
    if (lines.length > 0) await file.write(`${lines.join('\n')}\n`)
    rows += batch.length
    batch = []
    progress.update(rows)
    interrupted.throwIfAborted()
  }
  try {
    for await (const { place, value } of readRows(input)) {
      batch.push(scorableRow(value, place))
      if (batch.length === batchRows) await flush()
    }
    await flush()
    return rows
  } finally {
    progress.stop()
  }
}

async function loadNamedRouter(flags: ScoreFlags, context: CommandContext): Promise<Router> {
  const { config, variables } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
  )
  const named = namedRouter(flags.router, config, context)
  return loadRouter(withFlags(named, flags, context.folder), routerDependencies(config, variables, context))
}

function withFlags(router: RouterSpec, flags: ScoreFlags, folder: string): RouterSpec {
  const { checkpoint, revision, embedder, scoringStrongModel, scoringWeakModel } = flags
  if (checkpoint !== undefined && router.artifact !== undefined)
    throw new InvalidRequestError(
      'artifact-and-checkpoint',
      `--checkpoint ${checkpoint}: the router ${router.name} is an artifact with weights of its own; name --router mf`,
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
