import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { PoolReport } from '../../../learning/evaluation/pool/pool-report.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type PoolFlags = { readonly points: string; readonly json?: true }

export function addPoolCommand(program: Command, context: CommandContext): void {
  program
    .command('pool')
    .description(
      'Compare models and routers by cost and quality: the hull and AIQ of RouterBench, and the score of RouterArena.',
    )
    .requiredOption(
      '--points <file>',
      '{"name", "costUsd", "quality"} a line, dollars per query; a name with several lines is a router',
    )
    .option('--json', 'print the result as one JSON object to stdout')
    .addHelpText('after', '\nExamples:\n  routellm pool --points points.jsonl')
    .action(async (_options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<PoolFlags>()
      const { poolReport, readPoolPoints } = await import('../../../learning/evaluation/pool/pool-report.ts')
      const report = poolReport(
        await readPoolPoints(resolve(context.folder, flags.points), context.interrupted),
      )
      if (flags.json === true) context.terminal.result(JSON.stringify(report))
      else context.terminal.result(await formatPool(report))
    })
}

async function formatPool({ minCostUsd, maxCostUsd, zeroRouter, members }: PoolReport): Promise<string> {
  const { textTable } = await import('../../../base/text/format/text-table.ts')
  const { heading, rule, lines } = textTable({
    headings: ['', 'kind', 'points', 'AIQ', 'above zero router', 'best RouterArena'],
    rows: [
      ...members.map(({ name, kind, points, aiq, aiqAboveZeroRouter: above }) => {
        const arena = points.flatMap(({ routerArena }) => (routerArena === null ? [] : [routerArena]))
        return [
          name,
          kind,
          String(points.length),
          short(aiq),
          above === null ? '–' : signed(above),
          arena.length === 0 ? '–' : Math.max(...arena).toFixed(2),
        ]
      }),
      ...(zeroRouter === null
        ? []
        : [
            ['zero router', 'mix of models', String(zeroRouter.hull.length), short(zeroRouter.aiq), '–', '–'],
          ]),
    ],
  })
  return [
    heading,
    rule,
    ...lines,
    '',
    `AIQ: mean quality of the non-decreasing hull from $${minCostUsd} to $${maxCostUsd} per query; below its cheapest point it counts as 0.`,
    'zero router: the hull of the single models, which mixing them at random reaches. A useful router is above it.',
  ].join('\n')
}

/** A difference; what is left of rounding is none. */
function signed(value: number): string {
  const rounded = Math.abs(value) < 1e-12 ? 0 : value
  return `${rounded < 0 ? '−' : '+'}${short(Math.abs(rounded))}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
