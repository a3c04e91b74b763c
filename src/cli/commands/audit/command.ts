import { type Command, InvalidArgumentError } from 'commander'
import type { AuditPayload } from '../../../jobs/audit/job.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import { collected, numberValue, thresholdValue, wholeNumber } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type AuditFlags = Omit<AuditPayload, 'files' | 'worthUsdPerMonth' | 'showPrompts'> & {
  readonly worth: number
  readonly showPrompts?: true
  readonly config?: string
  readonly json?: true
  readonly verbose?: true
}

export function addAuditCommand(program: Command, context: CommandContext): void {
  program
    .command('audit')
    .description(
      'Read a log of requests and report what routing would have saved, at what risk, and whether to route at all. Sends nothing anywhere.',
    )
    .argument(
      '<log...>',
      'JSON Lines, also .gz: requests as RouteLLM, OpenAI clients, Langfuse, Helicone or LiteLLM log them, or a table',
    )
    .option(
      '--format <name>',
      'routellm, helicone, litellm, langfuse, openai or columns (default: detected from the first rows)',
    )
    .option(
      '--router <name>',
      'a kind (mf, length, …), a configured router, or the path of an artifact',
      'mf',
    )
    .option(
      '--threshold <win rate>',
      'prompts with a lower win rate are simple (default: the median of the prompts that the router was calibrated on)',
      thresholdValue,
    )
    .option(
      '--strong-model <name>',
      "the model whose requests would be routed (default: the configuration's, or all that cost more than the weak model)",
    )
    .option(
      '--weak-model <name>',
      "the model that would answer the simple ones (default: the configuration's, or the cheapest of the log)",
    )
    .option(
      '--prices <file>',
      'your prices, used before those of the package @pydantic/genai-prices; docs/audit.md shows such a file',
    )
    .option(
      '--labels <file>',
      'outcomes or battles of the two models on prompts of this log, to measure the risk; can be repeated: several files are read as one',
      collected,
    )
    .option(
      '--max-loss <fraction>',
      'largest fraction of the requests that the weak model may fail and the strong one would not',
      fractionValue,
      0.05,
    )
    .option('--confidence <fraction>', 'confidence of --max-loss', fractionValue, 0.95)
    .option(
      '--sample-to-label <file>',
      'write a random sample of the requests to label, each prompt once with the number of requests that it stands for',
    )
    .option('--sample-size <number>', 'requests to draw', wholeNumber, 300)
    .option('--worth <dollars>', 'minimum monthly saving in USD to recommend routing', numberValue, 50)
    .option('--html <file>', 'write a report as one self-contained page')
    .option('--show-prompts', 'show the simplest and the hardest prompts; otherwise no prompt is shown')
    .option('--verbose', 'show the models, more thresholds, the segments and all assumptions too')
    .option('--seed <number>', 'seed of the intervals and the sample', wholeNumber, 0)
    .option('--embedder <embedder>', 'builtin, openai-compatible:<model> or onnx:<folder or hub id>')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print the report as one JSON object to stdout; docs/audit.md describes it')
    .addHelpText(
      'after',
      `
Examples:
  routellm audit logs.jsonl
  routellm audit export.jsonl --format langfuse --html report.html
  routellm audit logs.jsonl --sample-to-label to-label.jsonl
  routellm audit logs.jsonl --labels labels.jsonl --max-loss 0.05 --strong-model gpt-4o --weak-model gpt-4o-mini`,
    )
    .action(async (logs: string[], _options: unknown, command: Command) =>
      audit(
        logs,
        {
          ...command.optsWithGlobals<AuditFlags>(),
          isRouterAsked: command.getOptionValueSource('router') === 'cli',
        },
        context,
      ),
    )
}

async function audit(files: readonly string[], flags: AuditFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const { auditJob } = await import('../../../jobs/audit/job.ts')
  const workspace = await openWorkspace(flags, context)
  const payload = { ...flags, files, worthUsdPerMonth: flags.worth }
  const { report, written, sampled } = await runCommandJob(auditJob, payload, workspace, context)
  if (flags.json === true) terminal.result(JSON.stringify(report))
  else {
    const { formatAssumptions, formatAudit } = await import('./print.ts')
    const { colors, width } = terminal
    const printing = {
      colors,
      width,
      isVerbose: flags.verbose === true,
      again: [...files, ...sameOptions(flags)],
      asked: flags,
    }
    for (const line of formatAudit(report, printing)) terminal.result(line)
    for (const line of formatAssumptions(report, printing)) terminal.note(colors.dim(line))
  }
  for (const { place, reason } of report.rows.firstUnreadable) terminal.note(`not read: ${place} ${reason}`)
  for (const file of written) terminal.note(`Wrote ${file}`)
  if (sampled === undefined) return
  const { formatSample } = await import('./print.ts')
  const again = [...files, ...sameOptions(flags)]
  for (const line of formatSample(sampled, report.pair, { again, ...flags })) terminal.note(line)
}

/** The options of this audit that the next one needs too. */
function sameOptions(flags: AuditFlags): string[] {
  const { format, isRouterAsked, router, embedder, strongModel, weakModel, prices, config } = flags
  const options = [
    ['--format', format],
    ['--router', isRouterAsked ? router : undefined],
    ['--embedder', embedder],
    ['--strong-model', strongModel],
    ['--weak-model', weakModel],
    ['--prices', prices],
    ['--config', config],
  ] as const
  return options.flatMap(([option, value]) => (value === undefined ? [] : [option, value]))
}

function fractionValue(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  const hint = value >= 1 && value < 100 ? ` Did you mean ${Number((value / 100).toPrecision(12))}?` : ''
  throw new InvalidArgumentError(`A fraction between 0 and 1, such as 0.05.${hint}`)
}
