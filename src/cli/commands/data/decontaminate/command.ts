import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type OutputFile, openOutputFile } from '../../../../base/files/output-file.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import type {
  Contamination,
  ContaminationCheck,
  TestPrompt,
} from '../../../../learning/datasets/decontaminate/contamination.ts'
import type { PlacedRow } from '../../../../learning/formats/read-rows.ts'
import { loadConfiguration } from '../../../setup/configuration.ts'
import { dataFile, hubFileHelp } from '../../../setup/data-file.ts'
import { openEmbedder } from '../../../setup/open-embedder.ts'
import { routerDependencies } from '../../../setup/open-gateway.ts'
import {
  checkRowOutput,
  type DuplicateIds,
  duplicateIdsOption,
  linesOf,
  rowsOfRun,
} from '../../../setup/row-output.ts'
import { collected, nameList, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import { createProgress } from '../../../terminal/progress.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { decontaminationLines, excerpt } from './print.ts'
import { readTestPrompts } from './test-prompts.ts'

export type DecontaminateFlags = {
  readonly against?: readonly string[]
  readonly benchmarks?: readonly string[]
  readonly data?: string
  readonly output?: string
  readonly report?: string
  readonly sequenceWords: number
  readonly sequenceShare: number
  readonly cosine: number
  readonly embedder: string
  readonly config?: string
  readonly duplicateIds: DuplicateIds
  readonly json?: true
}

/** What `routellm data decontaminate --json` prints, and what `--report` holds. */
export type DecontaminationReport = {
  readonly input: string
  readonly output: string | null
  readonly testPrompts: number
  readonly rows: number
  readonly kept: number
  readonly removed: number
  readonly rules: Record<Contamination['rule'], number>
  readonly matches: readonly {
    readonly place: string
    readonly rule: Contamination['rule']
    readonly similarity: number
    readonly prompt: string
    readonly testPlace: string
    readonly testPrompt: string
  }[]
}

export function addDataDecontaminateCommand(data: Command, context: CommandContext): void {
  data
    .command('decontaminate')
    .description('Find prompts of test sets in training data, and write the data without them.')
    .argument('<file>', 'outcomes, battles or prompts: JSON Lines, CSV or Parquet, gzip by extension')
    .option('--against <file>', 'test prompts, in a file of any form; may be given more than once', collected)
    .option('--benchmarks <names>', 'test prompts of mmlu, gsm8k, mt-bench, separated by commas', nameList)
    .option(
      '--data <folder>',
      'folder that contains routellm/evals, for --benchmarks (default: ROUTELLM_DATA)',
    )
    .option(
      '--output <file>',
      'JSON Lines to write: the rows that are no test prompts (default: only report)',
    )
    .option('--report <file>', 'JSON to write: every row that was found, the rule and the test prompt')
    .option('--sequence-words <number>', 'words of a sequence', wholeNumber, 13)
    .option('--sequence-share <share>', 'of its sequences that make a prompt a test prompt', numberValue, 0.3)
    .option(
      '--cosine <number>',
      'similarity of embeddings that makes a prompt a test prompt',
      numberValue,
      0.95,
    )
    .option(
      '--embedder <embedder>',
      'builtin, openai-compatible:<model>, onnx:<folder or hub id>, or none: without the rule of cosine',
      'builtin',
    )
    .option(
      '--config <file>',
      'configuration file, for its embedder (default: ./routellm.yaml where there is one)',
    )
    .addOption(duplicateIdsOption())
    .option('--json', 'print {"rows", "kept", "removed", "rules", "matches", …} to stdout')
    .addHelpText(
      'after',
      `
A prompt is out where one of three rules holds: its text is that of a test prompt but for case, spaces and punctuation;
it shares 30 % of its 13-word sequences with one; its embedding has a cosine of .95 with one. Test prompts are compared
with, not scored. ${hubFileHelp}

Examples:
  routellm data decontaminate labels.jsonl --against held-out.jsonl --output clean.jsonl
  routellm data decontaminate pool.jsonl.gz --benchmarks mmlu,gsm8k,mt-bench --data RouteLLM --report found.json`,
    )
    .action(async (file: string, _options: unknown, command: Command) =>
      decontaminate(file, command.optsWithGlobals<DecontaminateFlags>(), context),
    )
}

async function decontaminate(
  given: string,
  flags: DecontaminateFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, folder } = context
  if (flags.against === undefined && flags.benchmarks === undefined)
    throw new InvalidRequestError(
      'no-test-prompts',
      'There is nothing to compare with: give a file with --against, or --benchmarks mmlu,gsm8k,mt-bench.',
      { param: '--against' },
    )
  const input = await dataFile(given, context)
  const output = flags.output === undefined ? undefined : resolve(folder, flags.output)
  const reportFile = flags.report === undefined ? undefined : resolve(folder, flags.report)
  if (output !== undefined) checkRowOutput(input, output)
  const testPrompts = await readTestPrompts(flags, context)
  const check = await openCheck(testPrompts, flags, context)
  const files: OutputFile[] = []
  const open = async (path: string | undefined) => {
    if (path === undefined) return undefined
    const file = await openOutputFile(path)
    files.push(file)
    return file
  }
  try {
    const clean = await open(output)
    const written = await open(reportFile)
    const found = await checkRows(input, check, clean, flags, context)
    const report: DecontaminationReport = {
      input,
      output: output ?? null,
      testPrompts: testPrompts.length,
      ...found,
    }
    await written?.write(`${JSON.stringify(report, null, 2)}\n`)
    for (const file of files) await file.commit()
    if (flags.json === true) terminal.result(JSON.stringify(report))
    else for (const line of decontaminationLines(given, report)) terminal.result(line)
  } catch (error) {
    for (const file of files) await file.discard()
    throw error
  } finally {
    await check.close()
  }
}

async function openCheck(
  testPrompts: readonly TestPrompt[],
  flags: DecontaminateFlags,
  context: CommandContext,
): Promise<ContaminationCheck> {
  const { createContaminationCheck } = await import(
    '../../../../learning/datasets/decontaminate/contamination.ts'
  )
  const { sequenceWords, sequenceShare, cosine, embedder: name } = flags
  const { config, variables } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
  )
  const embedder =
    name === 'none'
      ? undefined
      : await openEmbedder(name, routerDependencies(config, variables, context), context.folder)
  const progress = createProgress(context.terminal, 'embedding test prompts', testPrompts.length)
  try {
    return await createContaminationCheck(testPrompts, {
      sequenceWords,
      sequenceShare,
      cosine,
      ...(embedder !== undefined && { embed: (texts, signal) => embedder.embed(texts, signal) }),
      signal: context.interrupted,
      onEmbedded: (done) => progress.update(done),
    })
  } finally {
    progress.stop()
  }
}

const rowsPerBatch = 256

async function checkRows(
  input: string,
  check: ContaminationCheck,
  output: OutputFile | undefined,
  { duplicateIds }: DecontaminateFlags,
  context: CommandContext,
): Promise<Omit<DecontaminationReport, 'input' | 'output' | 'testPrompts'>> {
  const { promptOfRow } = await import('../../../../learning/rows/forms.ts')
  const { parseRow } = await import('../../../../learning/formats/row.ts')
  const rules = { exact: 0, 'word-sequences': 0, cosine: 0 }
  const matches: DecontaminationReport['matches'][number][] = []
  let rows = 0
  let batch: (PlacedRow & { readonly prompt: string })[] = []
  const flush = async () => {
    const found = await check.check(batch.map(({ prompt }) => prompt))
    const kept = batch.filter((_, index) => found[index] === undefined)
    await output?.write(linesOf(kept.map(({ value }) => value)))
    for (const [index, { place, prompt }] of batch.entries()) {
      const match = found[index]
      if (match === undefined) continue
      rules[match.rule]++
      const { rule, similarity, testPrompt } = match
      matches.push({
        place,
        rule,
        similarity,
        prompt: excerpt(prompt),
        testPlace: testPrompt.place,
        testPrompt: excerpt(testPrompt.prompt),
      })
    }
    rows += batch.length
    batch = []
  }
  for await (const row of rowsOfRun({ input, label: 'comparing', duplicateIds }, context)) {
    batch.push({ ...row, prompt: promptOfRow(parseRow(row.value, row.place), row.place) })
    if (batch.length === rowsPerBatch) await flush()
  }
  await flush()
  return { rows, kept: rows - matches.length, removed: matches.length, rules, matches }
}
