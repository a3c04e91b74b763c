import type { Command } from 'commander'
import { formatFixed } from '../../../base/text/format/format-number.ts'
import { type TextTable, textTable } from '../../../base/text/format/text-table.ts'
import type { TransferPayload } from '../../../jobs/transfer/job.ts'
import type { Evaluation } from '../../../learning/evaluation/evaluation.ts'
import { intervalText } from '../../../learning/evaluation/reports/report-table.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import { collected, nameList, wholeNumber } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type TransferFlags = TransferPayload & { readonly config?: string; readonly json?: true }

export function addTransferCommand(program: Command, context: CommandContext): void {
  program
    .command('transfer')
    .description(
      'Measure routers on several pairs of models of one file, to find out whether they transfer from one pair to another.',
    )
    .requiredOption(
      '--data <file...>',
      'outcomes, one {"prompt", "scores": {"model": number}} a line; several files are read as one',
      collected,
    )
    .requiredOption('--routers <names>', 'as for evaluate, separated by commas', nameList)
    .requiredOption(
      '--pairs <strong:weak,…>',
      'two models each, the strong one first; include the pair that the routers were trained on, to compare',
      nameList,
    )
    .option('--seed <number>', 'seed of the bootstrap', wholeNumber, 0)
    .option('--samples <number>', 'resamples of the bootstrap', wholeNumber, 1000)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print {"evaluations": […]}, one for each pair, to stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  routellm transfer --data outcomes.jsonl --routers ./my-router --pairs gpt-4:mixtral,claude:llama',
    )
    .action(async (_options: unknown, command: Command) =>
      measureTransfer(command.optsWithGlobals<TransferFlags>(), context),
    )
}

async function measureTransfer(flags: TransferFlags, context: CommandContext): Promise<void> {
  const { transferJob } = await import('../../../jobs/transfer/job.ts')
  const workspace = await openWorkspace(flags, context)
  const { evaluations } = await runCommandJob(transferJob, flags, workspace, context)
  context.terminal.result(
    flags.json === true ? JSON.stringify({ evaluations }) : formatEvaluations(evaluations),
  )
}

function formatEvaluations(evaluations: readonly Evaluation[]): string {
  const { heading, rule, lines } = textTable(toTable(evaluations))
  return [
    heading,
    rule,
    ...lines,
    '',
    'APGR with its 95 % interval; 0.5 is random. A router that uses length alone transfers to any pair that length does.',
  ].join('\n')
}

function toTable(evaluations: readonly Evaluation[]): TextTable {
  const names = evaluations[0]?.routers.map((router) => router.name) ?? []
  return {
    headings: ['strong against weak', 'rows', 'scores', ...names, 'prompt length'],
    rows: evaluations.map(({ strong, weak, rows, routers, baselines }) => [
      `${strong.model} against ${weak.model}`,
      String(rows),
      `${formatFixed(strong.score, 2)}, ${formatFixed(weak.score, 2)}`,
      ...[...routers, baselines.length].map(
        ({ apgr, apgrInterval }) => `${formatFixed(apgr, 3)} (${intervalText(apgrInterval, 3)})`,
      ),
    ]),
  }
}
