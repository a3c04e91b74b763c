import { type Command, Option } from 'commander'
import type { ConvertPayload, ConvertResult } from '../../../../jobs/convert/job.ts'
import { openBareWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { numberValue } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { duplicateIdsOption, hubFileHelp } from '../options.ts'

type ConvertFlags = Omit<ConvertPayload, 'input'> & { readonly json?: true }

export function addDataConvertCommand(data: Command, context: CommandContext): void {
  data
    .command('convert')
    .description(
      'Turn data of any form into battles, outcomes or prompts, and an export of your own application into a log.',
    )
    .argument(
      '<file...>',
      'labels, prompts or a request log in any form of docs/formats.md; several files or a folder are read as one',
    )
    .addOption(
      new Option('--to <form>', 'what to write')
        .choices(['battles', 'outcomes', 'prompts', 'log'])
        .makeOptionMandatory(),
    )
    .requiredOption('--output <file>', 'JSON Lines to write; gzip if the name ends in .gz')
    .option('--strong-model <name>', 'only rows of this model and --weak-model')
    .option('--weak-model <name>', 'only rows of this model and --strong-model')
    .option(
      '--tie-band <number>',
      'to battles: scores that differ by at most this are a tie (default: 0)',
      numberValue,
    )
    .option(
      '--reference <name>',
      'to outcomes: one row for each prompt, with the share of wins of each model against this one',
    )
    .option(
      '--columns <name=path...>',
      "where the columns lie in rows of an application's own form: prompt=question.text model=reply.model; data inspect proposes them",
    )
    .addOption(duplicateIdsOption())
    .option('--json', 'print {"output", "form", "to", "read", "written", "leftOut"} to stdout')
    .addHelpText(
      'after',
      `
To battles: the higher score wins, equal ones tie. To outcomes: a winner gets 1, a loser 0, a tie 0.5 each.
From the arena's files the first turn is used, and prompts under 16 characters are left out. docs/data.md says what each
conversion loses. The output appears only when it is complete.

To log: --columns names where prompt (or messages), model, input_tokens, output_tokens, cost_usd, time, user, tag and
answer lie in each row. Keys are joined by dots, and turns[].question makes a row of each item of the list turns. Every
command reads the log.

${hubFileHelp}

Examples:
  routellm data convert judged.csv --to battles --tie-band 1 --output battles.jsonl
  routellm data convert results/gpt-4o.csv results/gpt-4o-mini.csv --to outcomes --output outcomes.jsonl
  routellm data convert arena.parquet --to battles --output battles.jsonl.gz
  routellm data convert export.json --to log --output log.jsonl --columns prompt=ask.text model=reply.engine
  routellm data convert alpaca_eval.jsonl.gz --to outcomes --reference gpt4_1106_preview --output outcomes.jsonl`,
    )
    .action(async (files: string[], _options: unknown, command: Command) =>
      convert(files, command.optsWithGlobals<ConvertFlags>(), context),
    )
}

async function convert(
  input: readonly string[],
  flags: ConvertFlags,
  context: CommandContext,
): Promise<void> {
  const { convertJob } = await import('../../../../jobs/convert/job.ts')
  const result = await runCommandJob(convertJob, { ...flags, input }, openBareWorkspace(context), context)
  if (flags.json === true) context.terminal.result(JSON.stringify(toJson(result)))
  for (const line of formatConversion(result)) context.terminal.note(line)
}

function toJson({ output, to, counts }: ConvertResult) {
  const { form, read, written, ...leftOut } = counts
  return { output, form, to, read, written, leftOut }
}

function formatConversion({ output, to, counts }: ConvertResult): string[] {
  const leftOut = [
    [counts.shortPrompts, 'with a prompt under 16 characters'],
    [counts.otherModels, 'of other models'],
    [counts.repeatedPrompts, 'with a prompt that came before'],
    [counts.withoutPrompt, 'without a prompt'],
  ] as const
  return [
    to === 'log'
      ? `${counts.read} rows gave a log of ${counts.written} requests: ${output}`
      : `${counts.read} rows of ${counts.form ?? 'nothing'} gave ${counts.written} of ${to}: ${output}`,
    ...leftOut.flatMap(([rows, why]) => (rows === 0 ? [] : [`  left out: ${rows} ${why}`])),
  ]
}
