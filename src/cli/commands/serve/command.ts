import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import { toTerminalText } from '../../../base/text/display.ts'
import type { Config } from '../../../config/config.ts'
import { keyFileOf } from '../../../config/key-file/key-file-place.ts'
import { lockFileOf } from '../../../config/lock/lock-place.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { createMemoryLedger } from '../../../gateway/accounts/memory/memory-ledger.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import type { ServerLog } from '../../../server/inference/exchange.ts'
import { createShadowMetrics } from '../../../server/operations/metrics/sources/shadow-metrics.ts'
import type { RequestLog } from '../../../server/request-log/request-log.ts'
import {
  type ConfigurationFlags,
  type LoadedConfiguration,
  loadConfiguration,
} from '../../setup/configuration.ts'
import { findMissingFiles, findMissingKeys } from '../../setup/missing-parts.ts'
import { openGateway } from '../../setup/open-gateway.ts'
import {
  collected,
  nameList,
  portValue,
  positiveValue,
  thresholdValue,
} from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { createExperimentActions } from './actions/experiment-actions.ts'
import { createKeyActions } from './actions/key-actions.ts'
import { createServedLabels } from './actions/label/served-labels.ts'
import { createLockActions } from './actions/lock-actions.ts'
import { createRunActions } from './actions/run-actions.ts'
import { createServedThresholds } from './actions/served-thresholds.ts'
import { createCertificates } from './background/certificates.ts'
import { createExperimenting } from './background/experiments/experimenting.ts'
import { readEndedExperiments } from './background/experiments/read-ended.ts'
import { createLabelSelection } from './background/label-selection.ts'
import { createLearning } from './background/learning.ts'
import { loadCustomMetrics } from './background/load-custom-metrics.ts'
import { createOperations } from './background/operations.ts'
import { replayPolicies } from './background/replay-policies.ts'
import { openServedTracing } from './background/served-tracing.ts'
import { createShadowing } from './background/shadowing.ts'
import { createStatus } from './background/status.ts'
import { findIdleSettings } from './idle-settings.ts'
import { formatPage, formatServed } from './print.ts'
import { createReloadable, type ReloadOutcome } from './reload.ts'
import { formatStore, openServedStore } from './served-store.ts'
import { createFileWatch } from './watch-files.ts'

/** Where the build puts the files of the page. */
const pageFolder = fileURLToPath(new URL('../../../web/', import.meta.url))

export type ServeFlags = ConfigurationFlags & {
  readonly json?: true
  readonly requestLog?: string
  readonly requestLogText?: true
  readonly requestLogMaxMb: number
  readonly requestLogMaxDays: number
  /** False with `--no-store`. */
  readonly store: boolean
}

export function addServeCommand(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description(
      "Serve OpenAI's and Anthropic's APIs; each request goes to the model that a router or a policy chooses.",
    )
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--routers <names>',
      'routers to load, separated by commas: names, kinds or paths of artifacts',
      nameList,
    )
    .option(
      '--threshold <win rate>',
      'from 0 to 1: the threshold of auto, such as calibrate prints; auto is then the first of --routers',
      thresholdValue,
    )
    .option(
      '--strong-model <name>',
      'a configured model, provider/model of a configured provider, or a model of OpenAI; with --base-url: sent there as it is written',
    )
    .option('--weak-model <name>', 'likewise')
    .option('--base-url <url>', 'where the models given by flags are served, up to and including /v1')
    .option(
      '--api-key <key>',
      'key for --base-url, or else for OpenAI (default: the environment variable OPENAI_API_KEY)',
    )
    .option(
      '--host <address>',
      'address to bind; anything but loopback needs client keys (default: 127.0.0.1)',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: PORT, else 6060)', portValue)
    .option(
      '--client-key <key>',
      'a key that clients may present; can be repeated (better: the environment variable ROUTELLM_CLIENT_KEYS)',
      collected,
    )
    .option('--request-log <file>', 'append one line of JSON per finished request to this file')
    .option('--request-log-text', 'with the text of requests and replies; they may be confidential')
    .option('--request-log-max-mb <n>', 'begin a new file at this size, in megabytes', positiveValue, 100)
    .option('--request-log-max-days <n>', 'begin a new file at this age, in days', positiveValue, 30)
    .option('--no-store', 'keep no requests; the default is the folder .routellm beside the configuration')
    .option('--json', 'print {"url", "models", "config", "adminUrl"} to stdout once it listens')
    .addHelpText(
      'after',
      `
Without any configuration a demonstration answers: no key, no network. Ctrl-C stops the server after the requests in
flight are done. SIGTERM does the same after server.shutdownGraceMs, in which /ready answers 503. SIGHUP reads the
configuration again; if it is wrong, the one before stays. It also prints a new link to the page: each opens it once, within
ten minutes.

Examples:
  routellm serve
  routellm serve --strong-model gpt-5 --weak-model gpt-5-nano      (with the key in OPENAI_API_KEY)
  routellm serve --base-url http://127.0.0.1:11434/v1 --strong-model llama3.1:70b --weak-model llama3.1
  routellm serve --config routellm.yaml --routers mf,./my-router --port 8080
  routellm serve --routers ./my-router --threshold 0.31
  routellm serve --request-log requests.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      serve(command.optsWithGlobals<ServeFlags>(), context),
    )
}

/** A start that fails closes what it has opened, so that the process ends. */
export async function serve(flags: ServeFlags, context: CommandContext): Promise<void> {
  const opened: Close[] = []
  try {
    await openAndServe(flags, context, opened)
  } catch (error) {
    for (const close of opened.toReversed()) await close()
    throw error
  }
}

type Close = () => Promise<unknown> | undefined

/** @param opened what is to be closed if the start fails; empty once the server begins to listen, from when it closes all itself. */
async function openAndServe(flags: ServeFlags, context: CommandContext, opened: Close[]): Promise<void> {
  const { terminal, interrupted, onHangup, hideSecrets = (line) => line } = context
  const readAt = Date.now()
  const { config, variables } = await load(flags, context)
  // Loaded by this command only: half of the program's start is the HTTP server.
  const [{ pino }, { createServer }] = await Promise.all([
    import('pino'),
    import('../../../server/server.ts'),
  ])
  const stderr = pino.destination(2)
  // pino leaves C1 characters and changes of direction in its JSON as they are.
  const log = pino(
    { base: null },
    { write: (line: string) => void stderr.write(toTerminalText(hideSecrets(line), false)) },
  )
  const custom = await loadCustomMetrics(config.metrics)
  const requestLog = await openLog(flags, context.folder, log)
  opened.push(() => requestLog?.close())
  const kept = flags.store ? await openServedStore(config, log) : null
  opened.push(() => kept?.close())
  const ended = await readEndedExperiments(config, kept?.store.folder ?? null, log)
  const certificates = createCertificates(log)
  const experimenting = createExperimenting({ log, ended, setAlarm: certificates.setAlarm })
  const { isStopped } = experimenting
  const gateway = await openGateway(config, variables, context, { log, isStopped })
  opened.push(() => gateway.close())
  const warnOfIdle = createIdleWarning(kept !== null, terminal)
  warnOfIdle(config, gateway)
  const learned = { folder: kept?.store.folder ?? null, log }
  await replayPolicies(gateway, learned)
  let reload: () => Promise<ReloadOutcome> = () => Promise.reject(new Error('the server is starting'))
  const { adminToken } = context.environment
  const ledger = kept?.ledger ?? createMemoryLedger(Date.now)
  await certificates.configure(config)
  const operations = createOperations({
    store: kept?.store ?? null,
    reader: kept?.reader ?? null,
    ledger,
    log,
    certificates,
    custom,
  })
  opened.push(() => operations.close())
  await operations.configure(config, variables)
  const shadowing = createShadowing(kept, log)
  opened.push(() => shadowing.close())
  await shadowing.open(config, gateway)
  const labelSelection = createLabelSelection({
    ...{ log, keeps: kept !== null },
    isDrifting: certificates.isDrifting,
  })
  const labels = kept === null ? null : createServedLabels(kept, () => served.config, certificates.isDrifting)
  const keys = createKeyActions({
    config: () => served.config,
    replaceKeys: (file) => served.replaceKeys(file),
    refreshSpending: async (account) => kept?.refreshSpending(account),
    ...{ folder: context.folder, ledger, changer: kept?.store ?? null, note: terminal.note },
  })
  const tracing = await openServedTracing(config.telemetry, operations.describeModel, log)
  const thresholds = createServedThresholds()
  await thresholds.configure(config, gateway)
  const lockActions = createLockActions({
    ...{ flags, log, now: Date.now, thresholds: thresholds.read },
    config: () => served.config,
    lockFile: () => lockFileOf(served.config, context.folder),
    store: kept === null ? null : { reader: kept.reader, changer: kept.store },
    reload: () => reload(),
  })
  const runs = createRunActions(kept, config, () => served.config)
  const server = createServer(gateway, {
    ...config.server,
    ...shadowing.settingsOf(gateway),
    ...operations.server,
    metrics: [...operations.server.metrics, ...createShadowMetrics(() => shadowing.state)],
    observers: [...operations.server.observers, certificates.observe],
    admin: {
      ...(adminToken !== undefined && { token: adminToken }),
      ...(kept !== null && { reader: kept.reader, changer: kept.store }),
      ...(labels !== null && { labels }),
      ...runs.admin,
      createSavingBasis: operations.createSavingBasis,
      lock: lockActions,
      keys,
      ...(kept !== null && { experiments: createExperimentActions(() => served.config) }),
      reload: () => reload(),
      status: () => createStatus(served.config, { certificates, store: kept?.store ?? null, isStopped }),
    },
    page: pageFolder,
    log,
    ...(requestLog !== undefined && { requestLog }),
    ...(tracing !== null && { tracing }),
    ledger,
    ...(kept !== null && { keeper: kept.store, feedback: kept.store }),
  })
  const served = createReloadable(
    { config, gateway },
    {
      server,
      watching: shadowing,
      note: terminal.note,
      open: async (before) => {
        const next = await load(flags, context)
        const opened = await openGateway(next.config, next.variables, context, { log, isStopped, before })
        await replayPolicies(opened, { ...learned, before })
        await shadowing.open(next.config, opened)
        warnOfIdle(next.config, opened)
        await thresholds.configure(next.config, opened)
        return { config: next.config, gateway: opened }
      },
    },
  )
  const learning = createLearning({ log, note: terminal.note, keeps: kept !== null })
  const watch = createFileWatch(() => void reload())
  const watchServed = (now: Config, readAt: number) => {
    const lockFile = lockFileOf(now, context.folder)
    const keyFile = keyFileOf(now, context.folder)
    watch.set([lockFile, keyFile, ...servedFiles(now, context.folder)], readAt, [lockFile, keyFile])
  }
  reload = async () => {
    const readAgainAt = Date.now()
    const outcome = await served.reload()
    await operations.configure(served.config, context.environment.variables)
    await certificates.configure(served.config)
    labelSelection.configure(served.config)
    learning.configure(served.config)
    experimenting.configure(kept === null ? withoutStore(served.config) : served.config)
    watchServed(served.config, readAgainAt)
    return outcome
  }
  let url = ''
  const createLink = () => `${url}/?code=${server.createAdminCode()}`
  onHangup?.(() => {
    void reload()
    terminal.note(formatPage(createLink(), terminal.colors))
  })
  let graceMs = 0
  opened.length = 0
  try {
    url = (await server.listen(config.server)).url
    const adminUrl = createLink()
    watchServed(config, readAt)
    labelSelection.configure(config)
    learning.configure(config)
    experimenting.configure(kept === null ? withoutStore(config) : config)
    const models = gateway.models().map((model) => model.id)
    if (flags.json === true) terminal.result(JSON.stringify({ url, models, config: config.source, adminUrl }))
    for (const line of formatServed(config, url, terminal.colors, sameRouters(flags))) terminal.note(line)
    terminal.note(formatStore(kept))
    terminal.note(formatPage(adminUrl, terminal.colors))
    await aborted(interrupted)
    // Whoever presses Ctrl-C waits for the end; a process manager that sends SIGTERM needs time to stop sending requests.
    if (isTermination(interrupted)) graceMs = served.config.server.shutdownGraceMs
    terminal.note(
      `Stopping: ${graceMs === 0 ? '' : `/ready answers 503 for ${graceMs / 1000} s, then `}requests in flight finish first (again to stop at once).`,
    )
  } finally {
    watch.close()
    certificates.close()
    await Promise.all([learning.close(), runs.close(), experimenting.close(), server.close(graceMs)])
    await shadowing.close()
    await Promise.all([labelSelection.close(), labels?.close()])
    await served.close()
    await requestLog?.close()
    await operations.close()
    await kept?.close()
  }
}

function withoutStore(config: Config): Config {
  return { ...config, store: null }
}

/** The configuration's file, and what makes an artifact one: the file that is written last. */
function servedFiles({ source, routers }: Config, folder: string): string[] {
  const artifacts = routers.flatMap(({ artifact }) =>
    typeof artifact === 'string' ? [join(artifact, 'router.json')] : [],
  )
  // A configuration of flags alone is no file, and none comes to be at its name.
  return [resolve(folder, source), ...artifacts]
}

/** The configuration as flags and environment have it; its warnings are printed. */
async function load(flags: ServeFlags, context: CommandContext): Promise<LoadedConfiguration> {
  const { terminal, environment } = context
  const port = flags.port ?? portOfEnvironment(context)
  const loaded = await loadConfiguration(
    { ...flags, ...(port !== undefined && { port }), environmentClientKeys: environment.clientKeys ?? [] },
    context,
    { findProblems: (file) => findUnserved(file, flags, context) },
  )
  for (const warning of loaded.warnings) terminal.note(`${terminal.colors.yellow('warning:')} ${warning}`)
  return loaded
}

/** Prints settings without effect: at the start, and after a change if they are others. */
function createIdleWarning(
  keeps: boolean,
  { note, colors }: CommandContext['terminal'],
): (config: Config, gateway: Gateway) => void {
  const said = new Set<string>()
  return (config, { learning, findModel }) => {
    const isPriced = (name: string) => {
      const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = findModel(name) ?? {}
      return input !== undefined && output !== undefined
    }
    for (const line of findIdleSettings(config, { keeps, learning, isPriced })) {
      if (!said.has(line)) note(`${colors.yellow('warning:')} ${line}`)
      said.add(line)
    }
  }
}

function isTermination({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.cause === 'SIGTERM'
}

/** What the file names and a server cannot do without. Flags may replace its routers and its key. */
function findUnserved(file: Config, flags: ServeFlags, context: CommandContext): SettingProblem[] {
  const { variables } = context.environment
  const isKeyGiven = flags.apiKey !== undefined && flags.baseUrl === undefined
  const served = flags.routers === undefined ? file : { ...file, routers: [] }
  return [
    ...findMissingFiles(served),
    ...findMissingKeys(
      served,
      isKeyGiven ? { ...variables, OPENAI_API_KEY: flags.apiKey } : variables,
      context.routerKinds,
    ),
  ]
}

/** The log of `--request-log`; undefined without it. */
async function openLog(flags: ServeFlags, folder: string, log: ServerLog): Promise<RequestLog | undefined> {
  if (flags.requestLog === undefined) {
    if (flags.requestLogText === undefined) return undefined
    throw new InvalidRequestError(
      'request-log-text-without-log',
      '--request-log-text needs a file: add --request-log requests.jsonl',
      { param: '--request-log-text' },
    )
  }
  const { openRequestLog } = await import('../../../server/request-log/request-log.ts')
  return openRequestLog({
    path: resolve(folder, flags.requestLog),
    withText: flags.requestLogText === true,
    maxBytes: flags.requestLogMaxMb * 1e6,
    maxAgeMs: flags.requestLogMaxDays * 86_400_000,
    log,
  })
}

function portOfEnvironment({ environment }: CommandContext): number | undefined {
  if (environment.port === undefined) return undefined
  try {
    return portValue(environment.port)
  } catch (cause) {
    throw new InvalidRequestError(
      'bad-port',
      `PORT is ${JSON.stringify(environment.port)} in the environment; it must be a whole number from 0 to 65535`,
      { param: 'PORT', cause },
    )
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** The options that name the routers, for a command with other models. */
function sameRouters({ routers, threshold }: ServeFlags): string[] {
  return [
    ...(routers === undefined ? [] : ['--routers', routers.join(',')]),
    ...(threshold === undefined ? [] : ['--threshold', String(threshold)]),
  ]
}
