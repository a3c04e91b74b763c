import type { Command } from 'commander'
import type { ScorePayload } from '../../../jobs/score/job.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type ScoreFlags = ScorePayload & { readonly config?: string; readonly json?: true }

export function addScoreCommand(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description("Score a file of prompts: the strong model's win rate for each, in order.")
    .requiredOption(
      '--input <file>',
      'JSON Lines, CSV or Parquet with a "prompt" or an "embedding" in each row; also .gz',
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
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print {"router", "rows", "output"} to stdout')
    .addHelpText(
      'after',
      `
A row with both a prompt and an embedding is scored by its embedding. The output appears only when it is complete.

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

async function score(flags: ScoreFlags, context: CommandContext): Promise<void> {
  const { scoreJob } = await import('../../../jobs/score/job.ts')
  const workspace = await openWorkspace(flags, context)
  const result = await runCommandJob(scoreJob, flags, workspace, context)
  if (flags.json === true) context.terminal.result(JSON.stringify(result))
  context.terminal.note(`Scored ${result.rows} rows with ${result.router}: ${result.output}`)
}
