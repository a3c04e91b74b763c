import { resolve } from 'node:path'
import { z } from 'zod'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import type { Config } from '../../config/config.ts'
import { isDemonstration } from '../../config/demo.ts'
import { type Audit, auditLog } from '../../learning/audit/audit.ts'
import type { AuditOptions } from '../../learning/audit/audit-options.ts'
import type { AuditReport } from '../../learning/audit/audit-report.ts'
import { auditHtml } from '../../learning/audit/reports/report-html.tsx'
import { readLabels } from '../../learning/audit/verdict/labelled-risk.ts'
import { readPriceTable } from '../../learning/evaluation/costs/figures-file.ts'
import { findLogFormat } from '../../learning/formats/logs/formats.ts'
import type { PriceTable } from '../../routing/catalogue/prices.ts'
import { resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import { loadRouter, type RouterSpec } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import { checkTrainedLabels } from '../../routing/routers/trained-prompts/check-labels.ts'
import type { Job, JobContext } from '../job.ts'
import { findRouter } from '../named-routers.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { protectedFiles } from '../protected-files.ts'
import { checkReadTwice } from '../read-twice.ts'

const payload = z.object({
  /** Logs of requests, in one format. */
  files: z.array(z.string()).readonly(),
  /** Default: recognised by the first rows. */
  format: z.exactOptional(z.string()),
  /** A kind, a configured router, or the path of an artifact. */
  router: z.string().default('mf'),
  /** Whether the user named the router. If not, the win rates of another router may be used for a log without text. */
  isRouterAsked: z.boolean().default(true),
  threshold: z.exactOptional(z.number()),
  strongModel: z.exactOptional(z.string()),
  weakModel: z.exactOptional(z.string()),
  /** A file of prices, which have precedence over the package's. */
  prices: z.exactOptional(z.string()),
  /** Outcomes or battles of the two models on prompts of the log: a file, or several that are read as one. */
  labels: z.exactOptional(z.union([z.string(), z.array(z.string()).min(1).readonly()])),
  maxLoss: z.number().default(0.05),
  confidence: z.number().default(0.95),
  /** A file to write prompts to label to. */
  sampleToLabel: z.exactOptional(z.string()),
  sampleSize: z.number().default(300),
  /** The smallest saving that routing is recommended for. */
  worthUsdPerMonth: z.number().default(50),
  /** A file to write the report as one page to. */
  html: z.exactOptional(z.string()),
  showPrompts: z.boolean().default(false),
  /** Draws the resamples of the intervals, and the sample. */
  seed: z.number().default(0),
  embedder: z.exactOptional(z.string()),
})

export type AuditPayload = z.output<typeof payload>

export type AuditResult = {
  readonly report: AuditReport
  /** Paths of the files that were written. */
  readonly written: readonly string[]
  /** What was drawn to label: prompts, the requests that they stand for, and requests with prompts too long to draw. */
  readonly sampled?: { readonly prompts: number; readonly requests: number; readonly tooLong: number }
}

/** Reads a log of requests and reports what routing would have saved, at what risk. Sends nothing anywhere. */
export const auditJob: Job<AuditPayload, AuditResult> = {
  name: 'audit',
  payload,
  async run(given, context) {
    const { workspace } = context
    await checkReadTwice(given.files.map((file) => resolve(workspace.folder, file)))
    const named = findRouter(given.router, workspace)
    const spec =
      given.embedder === undefined
        ? named
        : { ...named, embedder: resolveEmbedderPath(given.embedder, workspace.folder) }
    const router = await loadRouter(spec, workspace.dependencies)
    try {
      return await writeAudit(given, spec, context, async () =>
        auditLog(await toOptions(given, { router, spec }, context)),
      )
    } finally {
      if (isClosableRouter(router)) await router.close()
    }
  },
}

/** Opens the outputs before the log is read, so a wrong name is reported at once. Writes them after it. */
async function writeAudit(
  { files, labels, prices, html, sampleToLabel, sampleSize }: AuditPayload,
  router: RouterSpec,
  { workspace, signal }: JobContext,
  run: () => Promise<Audit>,
): Promise<AuditResult> {
  const { folder } = workspace
  const inputs = await protectedFiles(workspace, [...files, ...[labels].flat(), prices], [router])
  return writeOutputs(inputs, async (openOutput) => {
    const page = html === undefined ? undefined : await openOutput(resolve(folder, html), '--html')
    const rows =
      sampleToLabel === undefined
        ? undefined
        : await openOutput(resolve(folder, sampleToLabel), '--sample-to-label')
    const { report, sample } = await run()
    signal.throwIfAborted()
    await page?.write(auditHtml(report))
    const drawn = rows === undefined ? undefined : sample(sampleSize)
    for (const row of drawn?.prompts ?? []) await rows?.write(`${JSON.stringify(row)}\n`)
    return {
      report,
      written: [page, rows].flatMap((file) => (file === undefined ? [] : [file.path])),
      ...(drawn !== undefined && {
        sampled: { prompts: drawn.prompts.length, requests: drawn.requests, tooLong: drawn.tooLong },
      }),
    }
  })
}

async function toOptions(
  given: AuditPayload,
  { router, spec }: { readonly router: Router; readonly spec: RouterSpec },
  context: JobContext,
): Promise<AuditOptions> {
  const { workspace, signal, onProgress, onWarning } = context
  const { config, folder, dependencies } = workspace
  const { strongModel: strong, weakModel: weak } = given
  const today = dependencies.now?.() ?? new Date()
  const named = { ...(strong !== undefined && { strong }), ...(weak !== undefined && { weak }) }
  const labels =
    given.labels === undefined
      ? undefined
      : await readLabels(
          [given.labels].flat().map((file) => resolve(folder, file)),
          named,
          signal,
        )
  const isRequested = strong !== undefined || weak !== undefined
  return {
    files: given.files.map((file) => resolve(folder, file)),
    ...(given.format !== undefined && { format: findLogFormat(given.format) }),
    pickPrompt: await loadPickPrompt(context),
    router,
    isRouterAsked: given.isRouterAsked,
    ...(given.threshold !== undefined && { threshold: given.threshold }),
    requested: [
      ...(isRequested ? [{ ...named, basis: 'the command line', must: true }] : []),
      ...(labels === undefined
        ? []
        : [{ strong: labels.strong, weak: labels.weak, basis: 'the labels', must: true }]),
      ...configuredPairs(config),
    ],
    priceTables: await readPriceTables(given, config, folder, today),
    ...(labels !== undefined && { labels }),
    async checkLabels(toCheck) {
      const checked = await checkTrainedLabels(spec, dependencies, toCheck, { router, signal })
      for (const warning of checked.warnings) onWarning(warning)
      return checked
    },
    maxLoss: given.maxLoss,
    confidence: given.confidence,
    worthUsdPerMonth: given.worthUsdPerMonth,
    seed: given.seed,
    sampleSize: given.sampleToLabel === undefined ? 0 : given.sampleSize,
    showPrompts: given.showPrompts,
    today,
    signal,
    onReading: (rows) => onProgress({ stage: 'reading the log', done: rows, total: null, detail: '' }),
    onScoring: (rows, total) =>
      onProgress({ stage: `scoring with ${router.name}`, done: rows, total, detail: '' }),
  }
}

/** The configuration's pair, by its own names, which RouteLLM's log has, and by those of the providers. */
function configuredPairs({ policy, models, providers, source }: Config) {
  if (isDemonstration(providers)) return []
  const upstream = (name: string) => models.find((model) => model.name === name)?.upstream ?? name
  return [
    { strong: policy.strong, weak: policy.weak, basis: source, must: false },
    { strong: upstream(policy.strong), weak: upstream(policy.weak), basis: source, must: false },
  ]
}

async function readPriceTables(
  { prices }: AuditPayload,
  config: Config,
  folder: string,
  today: Date,
): Promise<PriceTable[]> {
  const tables: PriceTable[] = []
  if (prices !== undefined) tables.push(await readPriceTable(resolve(folder, prices), '--prices'))
  const priced = config.models.flatMap(
    ({ name, upstream, inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output }) => {
      if (input === undefined || output === undefined) return []
      const each = { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output }
      return [upstream, name].map((model) => [model, each] as const)
    },
  )
  if (priced.length > 0)
    tables.push({
      asOf: today.toISOString().slice(0, 10),
      source: config.source,
      models: Object.fromEntries(priced),
    })
  return tables
}
