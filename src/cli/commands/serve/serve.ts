import { fileURLToPath } from 'node:url'
import { toTerminalText } from '../../../base/text/display.ts'
import type { Config } from '../../../config/config.ts'
import { keyFileOf } from '../../../config/key-file/key-file-place.ts'
import { lockFileOf } from '../../../config/lock/lock-place.ts'
import { createMemoryLedger } from '../../../gateway/accounts/memory/memory-ledger.ts'
import { createShadowMetrics } from '../../../server/operations/metrics/sources/shadow-metrics.ts'
import { openGateway } from '../../setup/open-gateway.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { createExperimentActions } from './actions/experiment-actions.ts'
import { createKeyActions } from './actions/key-actions.ts'
import { createServedLabels } from './actions/label/served-labels.ts'
import { createLockActions } from './actions/lock/lock-actions.ts'
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
import { createIdleWarning } from './idle-settings.ts'
import { openServedLog } from './open-served-log.ts'
import { formatPage, formatServed } from './print.ts'
import { createReloadable, type ReloadOutcome } from './reload.ts'
import { type ServeFlags, sameRouters } from './serve-flags.ts'
import { loadServed, servedFiles, withoutStore } from './served-configuration.ts'
import { formatStore, openServedStore } from './served-store.ts'
import { createFileWatch } from './watch-files.ts'

/** Where the build puts the files of the page. */
const pageFolder = fileURLToPath(new URL('../../../web/', import.meta.url))

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
  const { config, variables } = await loadServed(flags, context)
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
  const requestLog = await openServedLog(flags, context.folder, log)
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
      ...(kept !== null && { reader: kept.reader, changer: kept.store, catchUp: kept.store.catchUp }),
      ...(labels !== null && { labels }),
      ...runs.admin,
      createSavingBasis: operations.createSavingBasis,
      lock: lockActions,
      keys,
      ...(kept !== null && { experiments: createExperimentActions(() => served.config) }),
      reload: () => reload(),
      status: () =>
        createStatus(served.config, {
          ...{ certificates, store: kept?.store ?? null, isStopped },
          isDemo: flags.isDemo === true,
        }),
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
        const next = await loadServed(flags, context)
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

function isTermination({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.cause === 'SIGTERM'
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
