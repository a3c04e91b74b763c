import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readRegularFile } from '../../../../base/files/read-file.ts'
import { DataError } from '../../../../errors.ts'
import { parseUsage } from '../../../../gateway/savings/invoice/parse-usage.ts'
import { type Reconciliation, reconcile } from '../../../../gateway/savings/invoice/reconcile.ts'
import { readUsage } from '../../../../store/records/usage.ts'
import { CheckFailedError } from '../../../terminal/exit-code.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { type StoreFlags, withStore } from '../with-store.ts'
import { formatReconciliation } from './print.ts'

/** `routellm store reconcile`: an upstream's usage beside that of the store. */
export function addReconcileCommand(store: Command, context: CommandContext): void {
  store
    .command('reconcile')
    .description(
      "Compare an upstream's own usage with the store's, by day and model; exit code 1 if they differ.",
    )
    .argument(
      '<file>',
      'JSON Lines {"day", "model", "input", "cachedInput", "output", "usd"}, or pages of OpenAI\'s usage API',
    )
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--json',
      'print {"agrees", "rows": [{"day", "model", "stated", "store", "difference", …}], "otherModels"} to stdout',
    )
    .addHelpText(
      'after',
      `
Days are those of UTC. Models are compared by their upstream names, without the date at their end. OpenAI's usage is that of
GET /v1/organization/usage/completions?bucket_width=1d&group_by=model.

Examples:
  routellm store reconcile usage.jsonl
  routellm store reconcile openai-usage.json --json`,
    )
    .action((file: string, _options: unknown, command: Command) =>
      compare(file, command.optsWithGlobals<StoreFlags>(), context),
    )
}

async function compare(file: string, flags: StoreFlags, context: CommandContext): Promise<void> {
  const { terminal, folder } = context
  const stated = parseUsage(await readUsageFile(resolve(folder, file), file), file)
  const days = stated.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / dayMs)
  const result: Reconciliation = await withStore(flags, context, async ({ db, config }) => {
    const upstreams = new Map(config.models.map(({ name, upstream }) => [name, upstream]))
    // A model that is not configured is called by `provider/upstream name`.
    const upstreamOf = (model: string) => upstreams.get(model) ?? model.slice(model.indexOf('/') + 1)
    return reconcile(stated, await readUsage(db, [Math.min(...days), Math.max(...days)], upstreamOf))
  })
  if (flags.json === true) terminal.result(JSON.stringify(result))
  else for (const line of formatReconciliation(result)) terminal.result(line)
  if (result.agrees) return
  const count = result.rows.filter(({ difference }) =>
    Object.values(difference).some((each) => each !== null && each !== 0),
  )
  throw new CheckFailedError(
    'check-failed',
    `${count.length} of ${result.rows.length} days and models differ.`,
  )
}

async function readUsageFile(path: string, shown: string): Promise<string> {
  const bytes = await readRegularFile(path, mostBytes).catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new DataError('usage-file', `The usage in ${shown} cannot be read: ${problem}`, { cause })
  })
  return bytes.toString('utf8')
}

const mostBytes = 1 << 28
const dayMs = 86_400_000
