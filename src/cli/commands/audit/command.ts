import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { writeOutputs } from '../../../base/files/write-outputs.ts'
import type { Config } from '../../../config/config.ts'
import { isDemonstration } from '../../../config/demo.ts'
import type { Audit, AuditOptions } from '../../../learning/audit/audit.ts'
import type { PriceTable } from '../../../routing/catalogue/prices.ts'
import { resolveEmbedderPath } from '../../../routing/embedding/registry.ts'
import { loadRouter } from '../../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../../routing/routers/router.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import { routerDependencies } from '../../setup/open-gateway.ts'
import { namedRouter } from '../../setup/routers.ts'
import { numberValue, thresholdValue, wholeNumber } from '../../terminal/option-values.ts'
import { createProgress, type Progress } from '../../terminal/progress.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type AuditFlags = {
  readonly format?: string
  readonly router: string
  readonly isRouterAsked: boolean
  readonly threshold?: number
  readonly strongModel?: string
  readonly weakModel?: string
  readonly prices?: string
  readonly labels?: string
  readonly maxLoss: number
  readonly confidence: number
  readonly sampleToLabel?: string
  readonly sampleSize: number
  readonly worth: number
  readonly html?: string
  readonly showPrompts?: true
  readonly seed: number
  readonly embedder?: string
  readonly config?: string
  readonly json?: true
}

export function addAuditCommand(program: Command, context: CommandContext): void {
  program
    .command('audit')
    .description(
      'Read a log of requests and say what routing would have saved, at what risk, and whether to route at all. Sends nothing anywhere.',
    )
    .argument(
      '<log...>',
      'JSON Lines, .gz too: requests as RouteLLM, OpenAI clients, Langfuse, Helicone or LiteLLM log them, or a table',
    )
    .option(
      '--format <name>',
      'routellm, helicone, litellm, langfuse, openai or columns (default: recognised by the first rows)',
    )
    .option(
      '--router <name>',
      'a kind (mf, length, …), a configured router, or the path of an artifact',
      'mf',
    )
    .option(
      '--threshold <win rate>',
      'below it a prompt counts as simple (default: the median of the prompts that the router was calibrated on)',
      thresholdValue,
    )
    .option(
      '--strong-model <name>',
      "whose requests would be routed (default: the configuration's, else all dearer than the weak model)",
    )
    .option(
      '--weak-model <name>',
      "what would answer the simple ones (default: the configuration's, else the log's cheapest)",
    )
    .option(
      '--prices <file>',
      'prices of your own, before those of the package @pydantic/genai-prices; docs/audit.md shows one',
    )
    .option(
      '--labels <file>',
      'outcomes or battles of the two models on prompts of this log: the risk is then measured',
    )
    .option(
      '--max-loss <fraction>',
      'of the requests that the weak model may fail where the strong one would not',
      fractionValue,
      0.05,
    )
    .option('--confidence <fraction>', 'of that promise', fractionValue, 0.95)
    .option('--sample-to-label <file>', 'write prompts of the log to label, a stratified random sample')
    .option('--sample-size <number>', 'how many', wholeNumber, 300)
    .option('--worth <dollars>', 'a month: a smaller saving is not worth the work', numberValue, 50)
    .option('--html <file>', 'write a report of one page that needs nothing else')
    .option('--show-prompts', 'show the simplest and the hardest prompts; without it no prompt is shown')
    .option('--seed <number>', 'of the intervals and the sample', wholeNumber, 0)
    .option('--embedder <embedder>', 'builtin, openai-compatible:<model> or onnx:<folder or hub id>')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml where there is one)')
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
          ...command.optsWithGlobals<Omit<AuditFlags, 'isRouterAsked'>>(),
          isRouterAsked: command.getOptionValueSource('router') === 'cli',
        },
        context,
      ),
    )
}

async function audit(logs: readonly string[], flags: AuditFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const { config, variables } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
  )
  const named = namedRouter(flags.router, config, context)
  const spec =
    flags.embedder === undefined
      ? named
      : { ...named, embedder: resolveEmbedderPath(flags.embedder, context.folder) }
  const router = await loadRouter(spec, routerDependencies(config, variables, context))
  const inputs = [...logs, ...(flags.labels === undefined ? [] : [flags.labels])]
  try {
    const { audit, files } = await writeAudit(
      inputs.map((file) => resolve(context.folder, file)),
      flags,
      context,
      async () => runAudit(await auditOptions(logs, flags, router, config, context), context),
    )
    const { report } = audit
    if (flags.json === true) terminal.result(JSON.stringify(report))
    else {
      const { assumptionLines, auditLines } = await import('./print.ts')
      for (const line of auditLines(report, terminal.colors)) terminal.result(line)
      for (const line of assumptionLines(report)) terminal.note(terminal.colors.dim(line))
    }
    for (const { place, reason } of report.rows.firstUnreadable) terminal.note(`not read: ${place} ${reason}`)
    for (const file of files) terminal.note(`Wrote ${file}`)
  } finally {
    if (isClosableRouter(router)) await router.close()
  }
}

async function runAudit(options: AuditOptions, { terminal }: CommandContext): Promise<Audit> {
  const { auditLog } = await import('../../../learning/audit/audit.ts')
  const reading = createProgress(terminal, 'reading the log', undefined)
  let scoring: Progress | undefined
  try {
    return await auditLog({
      ...options,
      onReading: (rows) => reading.update(rows),
      onScoring: (rows, total) => {
        scoring ??= createProgress(terminal, `scoring with ${options.router.name}`, total)
        scoring.update(rows)
      },
    })
  } finally {
    reading.stop()
    scoring?.stop()
  }
}

async function auditOptions(
  logs: readonly string[],
  flags: AuditFlags,
  router: Router,
  config: Config,
  { folder, interrupted }: CommandContext,
): Promise<AuditOptions> {
  const { findLogFormat } = await import('../../../learning/formats/logs/formats.ts')
  const { strongModel: strong, weakModel: weak, maxLoss, confidence, seed } = flags
  const asked = { ...(strong !== undefined && { strong }), ...(weak !== undefined && { weak }) }
  const labels =
    flags.labels === undefined
      ? undefined
      : await (await import('../../../learning/audit/verdict/labelled-risk.ts')).readLabels(
          resolve(folder, flags.labels),
          asked,
        )
  const isAsked = strong !== undefined || weak !== undefined
  return {
    files: logs.map((log) => resolve(folder, log)),
    ...(flags.format !== undefined && { format: findLogFormat(flags.format) }),
    router,
    isRouterAsked: flags.isRouterAsked,
    ...(flags.threshold !== undefined && { threshold: flags.threshold }),
    requested: [
      ...(isAsked ? [{ ...asked, basis: 'the command line', must: true }] : []),
      ...(labels === undefined
        ? []
        : [{ strong: labels.strong, weak: labels.weak, basis: 'the labels', must: true }]),
      ...configuredPair(config),
    ],
    priceTables: await priceTables(flags, config, folder),
    ...(labels !== undefined && { labels }),
    maxLoss,
    confidence,
    worthUsdPerMonth: flags.worth,
    seed,
    sampleSize: flags.sampleToLabel === undefined ? 0 : flags.sampleSize,
    showPrompts: flags.showPrompts === true,
    today: new Date(),
    signal: interrupted,
  }
}

/** The configuration's pair by its own names, which RouteLLM's log has, and by those of the providers. */
function configuredPair({ policy, models, providers, source }: Config) {
  if (isDemonstration(providers)) return []
  const upstream = (name: string) => models.find((model) => model.name === name)?.upstream ?? name
  return [
    { strong: policy.strong, weak: policy.weak, basis: source, must: false },
    { strong: upstream(policy.strong), weak: upstream(policy.weak), basis: source, must: false },
  ]
}

async function priceTables(flags: AuditFlags, config: Config, folder: string): Promise<PriceTable[]> {
  const tables: PriceTable[] = []
  if (flags.prices !== undefined) {
    const { readPriceTable } = await import('../../../learning/evaluation/costs/figures-file.ts')
    tables.push(await readPriceTable(resolve(folder, flags.prices), '--prices'))
  }
  const priced = config.models.flatMap(
    ({ name, upstream, inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output }) => {
      if (input === undefined || output === undefined) return []
      const prices = { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output }
      return [upstream, name].map((model) => [model, prices] as const)
    },
  )
  if (priced.length > 0)
    tables.push({
      asOf: new Date().toISOString().slice(0, 10),
      source: config.source,
      models: Object.fromEntries(priced),
    })
  return tables
}

/** Opens the outputs before the log is read, so that a wrong name is reported at once, and writes them after it. */
async function writeAudit(
  inputs: readonly string[],
  flags: AuditFlags,
  { folder }: CommandContext,
  run: () => Promise<Audit>,
): Promise<{ readonly audit: Audit; readonly files: readonly string[] }> {
  const { html, sampleToLabel } = flags
  return writeOutputs(inputs, async (openOutput) => {
    const page = html === undefined ? undefined : await openOutput(resolve(folder, html), '--html')
    const rows =
      sampleToLabel === undefined
        ? undefined
        : await openOutput(resolve(folder, sampleToLabel), '--sample-to-label')
    const audit = await run()
    if (page !== undefined) {
      const { auditHtml } = await import('../../../learning/audit/reports/report-html.ts')
      await page.write(auditHtml(audit.report))
    }
    for (const row of rows === undefined ? [] : audit.sample(flags.sampleSize))
      await rows?.write(`${JSON.stringify(row)}\n`)
    return { audit, files: [page, rows].flatMap((file) => (file === undefined ? [] : [file.path])) }
  })
}

function fractionValue(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  const hint = value >= 1 && value < 100 ? ` Did you mean ${Number((value / 100).toPrecision(12))}?` : ''
  throw new InvalidArgumentError(`A fraction between 0 and 1, such as 0.05.${hint}`)
}
