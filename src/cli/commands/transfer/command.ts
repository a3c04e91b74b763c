import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { Evaluation } from '../../../learning/evaluation/evaluation.ts'
import type { TransferPair } from '../../../learning/evaluation/transfer.ts'
import { winRatesOfPrompts } from '../../scoring/prompt-scoring.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import { routerDependencies } from '../../setup/open-gateway.ts'
import { selectedRouters } from '../../setup/routers.ts'
import { nameList, wholeNumber } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type TransferFlags = {
  readonly data: string
  readonly routers: readonly string[]
  readonly pairs: readonly string[]
  readonly seed: number
  readonly samples: number
  readonly config?: string
  readonly json?: true
}

export function addTransferCommand(program: Command, context: CommandContext): void {
  program
    .command('transfer')
    .description(
      'Measure routers on several pairs of models of one file: does what was learned about one pair hold for others?',
    )
    .requiredOption('--data <file>', 'outcomes, {"prompt", "scores": {"model": number}} a line')
    .requiredOption('--routers <names>', 'as of evaluate, separated by commas', nameList)
    .requiredOption(
      '--pairs <strong:weak,…>',
      'two models each, the strong one first; name the pair that the routers were trained on too, to compare',
      nameList,
    )
    .option('--seed <number>', 'of the bootstrap', wholeNumber, 0)
    .option('--samples <number>', 'resamples of the bootstrap', wholeNumber, 1000)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml where there is one)')
    .option('--json', 'print {"evaluations": […]}, one for each pair, to stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  routellm transfer --data outcomes.jsonl --routers ./my-router --pairs gpt-4:mixtral,claude:llama',
    )
    .action(async (_options: unknown, command: Command) =>
      measureTransfer(command.optsWithGlobals<TransferFlags>(), context),
    )
}

async function measureTransfer(flags: TransferFlags, context: CommandContext): Promise<void> {
  const { readLabelledRows } = await import('../../../learning/evaluation/benchmarks/labelled.ts')
  const { evaluateTransfer } = await import('../../../learning/evaluation/transfer.ts')
  const { config, variables } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
  )
  const dependencies = routerDependencies(config, variables, context)
  const specs = selectedRouters(flags.routers, config, context)
  const rows = await readLabelledRows(resolve(context.folder, flags.data))
  const models = new Set(rows.flatMap(({ scores }) => Object.keys(scores)))
  const pairs = flags.pairs.map((text) => pairOf(text, models))
  const prompts = [...new Set(rows.map(({ prompt }) => prompt))]
  const routers = []
  for (const router of specs) {
    const winRates = await winRatesOfPrompts({ router, dependencies, prompts }, context)
    routers.push({
      name: router.name,
      winRates: new Map(prompts.map((prompt, index) => [prompt, winRates[index] ?? Number.NaN])),
    })
  }
  const { data: name, seed, samples } = flags
  const evaluations = evaluateTransfer({ name, rows, pairs, routers, seed, samples })
  if (flags.json === true) context.terminal.result(JSON.stringify({ evaluations }))
  else {
    const { textTable } = await import('../../../base/text/format/text-table.ts')
    const { intervalText } = await import('../../../learning/evaluation/reports/report-table.ts')
    const { heading, rule, lines } = textTable(tableOf(evaluations, intervalText))
    context.terminal.result(
      [
        heading,
        rule,
        ...lines,
        '',
        'APGR with its 95 % interval; 0.5 is random. A router that sees length alone carries over to any pair that length does.',
      ].join('\n'),
    )
  }
}

function tableOf(
  evaluations: readonly Evaluation[],
  intervalText: (interval: Evaluation['oracle']['apgrInterval'], digits: number) => string,
): TextTable {
  const names = evaluations[0]?.routers.map((router) => router.name) ?? []
  return {
    headings: ['strong against weak', 'rows', 'scores', ...names, 'prompt length'],
    rows: evaluations.map(({ strong, weak, rows, routers, baselines }) => [
      `${strong.model} against ${weak.model}`,
      String(rows),
      `${strong.score.toFixed(2)}, ${weak.score.toFixed(2)}`,
      ...[...routers, baselines.length].map(
        ({ apgr, apgrInterval }) => `${apgr.toFixed(3)} (${intervalText(apgrInterval, 3)})`,
      ),
    ]),
  }
}

/** A model's name may have a colon of its own: the split is where both halves are models of the file. */
function pairOf(text: string, models: ReadonlySet<string>): TransferPair {
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const [strong, weak] = [text.slice(0, colon), text.slice(colon + 1)]
    if (models.has(strong) && models.has(weak) && strong !== weak) return { strong, weak }
  }
  throw new InvalidRequestError(
    'bad-pair',
    `--pairs ${JSON.stringify(text)} is not strong:weak of two models of the file, which scores ${[...models].slice(0, 12).join(', ')}`,
    { param: '--pairs' },
  )
}
