import { resolve } from 'node:path'
import type { Command } from 'commander'
import { writeOutputs } from '../../../base/files/write-outputs.ts'
import { toDisplayText } from '../../../base/text/display.ts'
import { defaultLabels } from '../../../config/config.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { countValue, jsonObject, positiveValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { type StoreFlags, withStore } from '../store/with-store.ts'
import { formatProgress, formatQueue } from './print.ts'

type ListFlags = StoreFlags & { readonly limit: number }
type AnswerFlags = StoreFlags & {
  readonly scores?: Readonly<Record<string, unknown>>
  readonly skip?: true
  readonly by?: string
}
type SelectFlags = StoreFlags & { readonly drifting?: true; readonly perDay?: number }
type ExportFlags = StoreFlags & { readonly output: string }

const configFlag = ['--config <file>', 'configuration file (default: ./routellm.yaml if it exists)'] as const

/** `routellm labels`: requests that are worth a person's time, and what persons and judges said of requests. */
export function addLabelsCommand(program: Command, context: CommandContext): void {
  const labels = program
    .command('labels')
    .description('Label the requests whose labels say most, and export the labels of the store.')
    .addHelpText(
      'after',
      `
Examples:
  routellm labels select
  routellm labels list
  routellm labels answer rllm-0123456789ab-1 --scores '{"large": 1, "small": 0}'
  routellm labels export --output labels.jsonl`,
    )
  labels
    .command('select')
    .description(
      'Put requests up for a label: uncertain, drifting and dear ones first, each with a known probability.',
    )
    .option(
      '--per-day <n>',
      'requests a day, on average, at most (default: labels.perDay, else 20)',
      positiveValue,
    )
    .option('--drifting', 'requests unlike the labelled ones first, as a server does whose traffic drifts')
    .option(...configFlag)
    .option('--json', 'print {"examined", "putUp"} to stdout')
    .addHelpText(
      'after',
      `
Examines the requests since the last time; the first time, those of a day.

Examples:
  routellm labels select --per-day 50
  routellm labels select --drifting`,
    )
    .action(run(context, select))
  labels
    .command('list')
    .description('List the requests that wait for a label, those with the most worth first.')
    .option('--limit <n>', 'requests at most', countValue, 20)
    .option(...configFlag)
    .option(
      '--json',
      'print [{"requestId", "reason", "worth", "propensity", "candidates", "prompt", "answer", …}] to stdout',
    )
    .addHelpText(
      'after',
      `
Prompts and answers are shown if \`store.text\` keeps them.

Examples:
  routellm labels list --limit 5`,
    )
    .action(run(context, list))
  labels
    .command('answer')
    .description('Say how well models answer a request that was put up.')
    .argument('<requestId>', 'as labels list shows it')
    .option('--scores <json>', 'a score from 0 to 1 for one or more of its candidates', jsonObject)
    .option('--skip', 'nobody can say')
    .option('--by <name>', 'who answers; a later answer replaces an earlier one')
    .option(...configFlag)
    .option('--json', 'print {"requestId", "state"} to stdout')
    .addHelpText(
      'after',
      `
Examples:
  routellm labels answer rllm-0123456789ab-1 --scores '{"large": 1, "small": 0.5}' --by ann
  routellm labels answer rllm-0123456789ab-2 --skip`,
    )
    .action((requestId: string, _options: unknown, command: Command) =>
      answer(requestId, command.optsWithGlobals<AnswerFlags>(), context),
    )
  labels
    .command('progress')
    .description('Count the labels that learn lacks until it can promise anything, by policy.')
    .option(...configFlag)
    .option('--json', 'print {"policies": [{"policy", "missing", "calibration", "comparison", …}]} to stdout')
    .addHelpText(
      'after',
      `
The policies are those of learn.policies. What is counted are sessions with the outcomes of both models of the pair.

Examples:
  routellm labels progress`,
    )
    .action(run(context, progress))
  labels
    .command('export')
    .description('Write the labels of shadow calls and of persons as JSON Lines.')
    .requiredOption('--output <file>', 'the file to write')
    .option(...configFlag)
    .option('--json', 'print {"output", "labels"} to stdout')
    .addHelpText(
      'after',
      `
A line is {"requestId", "time", "source", "scores", "propensity", "actor"}. Feedback is in \`routellm store export\`.

Examples:
  routellm labels export --output labels.jsonl`,
    )
    .action(run(context, exportLabels))
}

function run<Flags extends StoreFlags>(
  context: CommandContext,
  action: (flags: Flags, context: CommandContext) => Promise<void>,
) {
  return (_options: unknown, command: Command) => action(command.optsWithGlobals<Flags>(), context)
}

async function select(flags: SelectFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const result = await withStore(flags, context, async ({ db, config }) => {
    const { putUpRequests } = await import('../../../jobs/labels/put-up-requests.ts')
    const settings = config.labels ?? defaultLabels
    return putUpRequests(db, {
      ...settings,
      perDay: flags.perDay ?? settings.perDay,
      driftFirst: flags.drifting === true,
      now: Date.now(),
    })
  })
  if (flags.json === true) terminal.result(JSON.stringify(result))
  else {
    terminal.result(`${result.putUp} of ${result.examined} requests are put up for a label.`)
    if (result.putUp > 0) terminal.note('See them with: routellm labels list')
  }
}

async function list(flags: ListFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const items = await withStore(flags, context, async ({ db, paths, config }) => {
    const [{ readQueue }, { routedPrompt }] = await Promise.all([
      import('../../../jobs/labels/read-queue.ts'),
      import('../../../routing/prompts/prompt-rule.ts'),
    ])
    return readQueue(
      db,
      { limit: flags.limit },
      { textFolder: paths.texts, pickPrompt: (messages) => routedPrompt(messages, config.prompt) },
    )
  })
  if (flags.json === true) terminal.result(JSON.stringify(items))
  else for (const line of formatQueue(items)) terminal.result(line)
}

async function answer(requestId: string, flags: AnswerFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  if ((flags.scores === undefined) === (flags.skip === undefined))
    throw badScores('Give --scores, or --skip if nobody can say.')
  await withStore(flags, context, async ({ db }) => {
    const { answerQueueItem, findCandidates } = await import('../../../store/records/label-queue.ts')
    const candidates = await findCandidates(db, requestId)
    if (candidates === null)
      throw new InvalidRequestError(
        'unknown-request',
        `The request ${JSON.stringify(toDisplayText(requestId, 80))} was not put up for a label; \`routellm labels list\` shows those that were.`,
        { status: 404, param: 'requestId' },
      )
    const scores = flags.scores === undefined ? null : parseScores(flags.scores, candidates)
    await answerQueueItem(db, { requestId, scores, actor: flags.by ?? null, time: Date.now() })
  })
  const state = flags.skip === true ? 'skipped' : 'answered'
  if (flags.json === true) terminal.result(JSON.stringify({ requestId, state }))
  else terminal.result(`${requestId} is ${state}.`)
}

function parseScores(
  given: Readonly<Record<string, unknown>>,
  candidates: readonly string[],
): Record<string, number> {
  const entries = Object.entries(given)
  if (entries.length === 0) throw badScores('--scores has no model.')
  return Object.fromEntries(
    entries.map(([model, score]) => {
      if (!candidates.includes(model))
        throw badScores(
          `--scores names ${JSON.stringify(toDisplayText(model, 80))}, which could not have answered; its candidates: ${candidates.join(', ')}.`,
        )
      if (typeof score !== 'number' || !(score >= 0 && score <= 1))
        throw badScores(`--scores gives "${model}" ${JSON.stringify(score)}; a score is from 0 to 1.`)
      return [model, score]
    }),
  )
}

async function progress(flags: StoreFlags, context: CommandContext): Promise<void> {
  const [{ labelProgressJob }, { openWorkspace, runCommandJob }] = await Promise.all([
    import('../../../jobs/labels/progress/job.ts'),
    import('../../setup/run-job.ts'),
  ])
  const workspace = await openWorkspace(flags, context)
  const payload = { time: new Date().toISOString() }
  const result = await runCommandJob(labelProgressJob, payload, workspace, context)
  const { terminal } = context
  if (flags.json === true) terminal.result(JSON.stringify(result))
  else for (const line of formatProgress(result)) terminal.result(line)
}

function badScores(message: string): InvalidRequestError {
  return new InvalidRequestError('bad-flags', message, { param: '--scores' })
}

async function exportLabels(flags: ExportFlags, context: CommandContext): Promise<void> {
  const { terminal, folder, interrupted } = context
  const labels = await withStore(flags, context, async ({ db, inputs }) => {
    const { readLabelPage } = await import('../../../store/records/labels.ts')
    let count = 0
    await writeOutputs(inputs, async (openOutput) => {
      const output = await openOutput(resolve(folder, flags.output))
      for (let after = ''; ; ) {
        interrupted.throwIfAborted()
        const page = await readLabelPage(db, after, 1000)
        const last = page.at(-1)
        if (last === undefined) break
        await output.write(page.map(({ label }) => `${JSON.stringify(label)}\n`).join(''))
        count += page.length
        after = last.id
      }
    })
    return count
  })
  if (flags.json === true) terminal.result(JSON.stringify({ output: flags.output, labels }))
  else terminal.result(`${labels} labels are in ${flags.output}.`)
}
