import { resolve } from 'node:path'
import type { Command } from 'commander'
import { InvalidRequestError } from '../../../errors.ts'
import { exportedKinds } from '../../../store/transfer/columns.ts'
import type { Imported } from '../../../store/transfer/import-rows.ts'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import { positiveValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { exportStore } from './export.ts'
import { formatImported, formatInfo } from './print.ts'
import { addReconcileCommand } from './reconcile/command.ts'
import { type StoreFlags, withStore } from './with-store.ts'

type PruneFlags = StoreFlags & { readonly days?: number; readonly bytes?: number }

const configFlag = ['--config <file>', 'configuration file (default: ./routellm.yaml if it exists)'] as const
const jsonFlag = '--json'

/** `routellm store`: what a server remembers. Each command may run while the server does. */
export function addStoreCommand(program: Command, context: CommandContext): void {
  const store = program
    .command('store')
    .description('Look at, copy, shorten or check what the server remembers of its requests.')
    .addHelpText(
      'after',
      `
The store is the folder of \`store.path\`, .routellm beside the configuration by default. All of these work while a server
uses it.

Examples:
  routellm store info
  routellm store export --output requests.jsonl
  routellm store prune --days 30
  routellm store check`,
    )
  store
    .command('info')
    .description('Say how many requests the store has, since when, and how large it is.')
    .option(...configFlag)
    .option(jsonFlag, 'print {"path", "requests", "feedback", "sessions", "usd", "bytes", …} to stdout')
    .addHelpText(
      'after',
      examples('routellm store info\n  routellm store info --config routellm.yaml --json'),
    )
    .action(run(context, info))
  store
    .command('export')
    .description('Write what the store remembers as JSON Lines, CSV or Parquet.')
    .requiredOption(
      '--output <file>',
      'the file to write: .jsonl, or .csv or .parquet for one kind of row; gzip if .gz follows .jsonl or .csv',
    )
    .option(
      '--what <rows>',
      `${exportedKinds.join(', ')}, all (requests and feedback) or everything (default: all; of a CSV or Parquet file: requests)`,
    )
    .option(...configFlag)
    .option(jsonFlag, 'print {"output", "rows", "missingTexts"} to stdout')
    .addHelpText(
      'after',
      examples(
        'routellm store export --output all.jsonl\n  routellm store export --output store.jsonl.gz --what everything\n  routellm store export --output feedback.csv --what feedback\n  routellm store export --output audit.parquet --what audit',
      ),
    )
    .action(run(context, exportStore))
  store
    .command('import')
    .description(
      'Add requests, feedback, labels and shadow calls of an export, or a request log. Rows that are there already stay; other rows are left out.',
    )
    .argument('<file>', 'JSON Lines')
    .option(...configFlag)
    .option(jsonFlag, 'print {"requests", "feedback", "labels", "shadow", "known", "leftOut"} to stdout')
    .addHelpText('after', examples('routellm store import requests.jsonl'))
    .action((file: string, _options: unknown, command: Command) =>
      importFile(file, command.optsWithGlobals<StoreFlags>(), context),
    )
  store
    .command('prune')
    .description('Remove the oldest requests. Totals by the hour stay.')
    .option('--days <n>', 'requests that are older (default: store.days)', positiveValue)
    .option(
      '--bytes <n>',
      'the oldest days, until the database is this small (default: store.bytes)',
      positiveValue,
    )
    .option(...configFlag)
    .option(jsonFlag, 'print {"removed", "requests", "bytes"} to stdout')
    .addHelpText(
      'after',
      examples('routellm store prune --days 30\n  routellm store prune --bytes 1000000000'),
    )
    .action(run(context, prune))
  addReconcileCommand(store, context)
  store
    .command('check')
    .description('Check the database and the journal; exit code 1 if something is wrong.')
    .option(...configFlag)
    .option(jsonFlag, 'print {"path", "problems"} to stdout')
    .addHelpText('after', examples('routellm store check\n  routellm store check --json'))
    .action(run(context, check))
}

function examples(lines: string): string {
  return `\nExamples:\n  ${lines}`
}

function run<Flags extends StoreFlags>(
  context: CommandContext,
  action: (flags: Flags, context: CommandContext) => Promise<void>,
) {
  return (_options: unknown, command: Command) => action(command.optsWithGlobals<Flags>(), context)
}

async function info(flags: StoreFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const found = await withStore(flags, context, async ({ db, folder }) => {
    const { readStoreInfo } = await import('../../../store/store-info.ts')
    return readStoreInfo(db, folder)
  })
  if (flags.json === true) terminal.result(JSON.stringify(found))
  else for (const line of formatInfo(found)) terminal.result(line)
}

async function importFile(file: string, flags: StoreFlags, context: CommandContext): Promise<void> {
  const { terminal, folder, interrupted } = context
  const imported: Imported = await withStore(
    flags,
    context,
    async ({ db }) => {
      const { importRows } = await import('../../../store/transfer/import-rows.ts')
      return importRows(db, resolve(folder, file), interrupted)
    },
    { mayCreate: true },
  )
  if (flags.json === true) terminal.result(JSON.stringify(imported))
  else for (const line of formatImported(imported)) terminal.note(line)
}

async function prune(flags: PruneFlags, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context
  const result = await withStore(flags, context, async ({ db, folder, paths, settings }) => {
    const [{ applyRetention }, { readStoreInfo }] = await Promise.all([
      import('../../../store/maintenance/retention.ts'),
      import('../../../store/store-info.ts'),
    ])
    const days = flags.days ?? settings.days ?? null
    const bytes = flags.bytes ?? settings.bytes ?? null
    if (days === null && bytes === null)
      throw new InvalidRequestError(
        'bad-flags',
        'Nothing says what to remove: give --days or --bytes, or set store.days or store.bytes.',
        { param: '--days' },
      )
    const isStopped = () => interrupted.aborted
    const removed = await applyRetention(db, {
      now: Date.now(),
      days,
      bytes,
      textFolder: paths.texts,
      isStopped,
    })
    interrupted.throwIfAborted()
    const { requests, bytes: left } = await readStoreInfo(db, folder)
    return { removed, requests, bytes: left }
  })
  if (flags.json === true) terminal.result(JSON.stringify(result))
  else terminal.note(`Removed ${result.removed} requests; ${result.requests} are left.`)
}

async function check(flags: StoreFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const result = await withStore(flags, context, async ({ db, folder }) => {
    const { findStoreProblems } = await import('../../../store/check-store.ts')
    return { path: folder, problems: await findStoreProblems(db, folder) }
  })
  if (flags.json === true) terminal.result(JSON.stringify(result))
  for (const problem of result.problems) terminal.note(problem)
  if (result.problems.length > 0)
    throw new CheckFailedError('check-failed', `The store has ${result.problems.length} problems.`)
  terminal.note('The store is in order.')
}
