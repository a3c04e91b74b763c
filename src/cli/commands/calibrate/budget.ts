import { resolve } from 'node:path'
import { formatPercent } from '../../../base/text/format/format-number.ts'
import { ConfigError, InvalidRequestError } from '../../../errors.ts'
import { tokensColumn } from '../../../learning/evaluation/benchmarks/labelled.ts'
import { type TokenBasis, tokensOfRows } from '../../../learning/evaluation/costs/token-counts.ts'
import { askedPair } from '../../../learning/training/model-pair.ts'
import { thresholdForBudget } from '../../../routing/calibration/budget.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import { costOfCall, type PriceTable, type TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { CalibrationAnswer, CalibrationRun } from './run.ts'
import { scorePromptFile } from './win-rates.ts'
import { dollars, thresholdLines } from './words.ts'

/** The threshold with the most strong calls that stays within a mean of dollars per request. */
export async function calibrateBudget(
  run: CalibrationRun,
  { usdPerRequest, prompts: file }: { readonly usdPerRequest: number; readonly prompts: string },
): Promise<CalibrationAnswer> {
  const { router, flags, context } = run
  const { pair, prices } = await pricedPair(run)
  const scored = await scorePromptFile(run, file)
  const tokens = tokensOfRows(
    scored.map(({ columns, place }) => {
      const counted = columns.tokens == null ? {} : tokensColumn(columns.tokens, place)
      const [strongTokens, weakTokens] = [counted[pair.strong], counted[pair.weak]]
      return {
        prompt: String(columns.prompt ?? ''),
        ...(strongTokens !== undefined && { strongTokens }),
        ...(weakTokens !== undefined && { weakTokens }),
      }
    }),
    {
      ...(flags.meanInputTokens !== undefined && { inputTokens: flags.meanInputTokens }),
      ...(flags.meanOutputTokens !== undefined && { outputTokens: flags.meanOutputTokens }),
    },
  )
  const found = thresholdForBudget(
    scored.map(({ strongWinRate }, row) => ({
      strongWinRate,
      strongUsd: usdOf(pair.strong, tokens.strong[row], prices),
      weakUsd: usdOf(pair.weak, tokens.weak[row], prices),
    })),
    usdPerRequest,
  )
  const common = {
    router: router.name,
    pair,
    prompts: scored.length,
    prices: { asOf: prices.asOf, source: prices.source },
    tokens: tokens.basis,
  }
  const basis = [`Prices: ${prices.source} (${prices.asOf}).${noteOf(tokens.basis)}`]
  if (!found.possible)
    return {
      possible: false,
      result: { ...found, ...common, budgetUsdPerRequest: usdPerRequest },
      lines: [
        `No threshold stays within ${dollars(usdPerRequest)} per request: the least that the ${scored.length} prompts cost is ${dollars(found.leastUsdPerRequest)} each.`,
        ...basis,
      ],
    }
  return {
    possible: true,
    result: { ...found, ...common, budgetUsdPerRequest: usdPerRequest },
    lines: [
      ...thresholdLines(router.name, found.threshold, context.terminal.colors),
      `It sends ${formatPercent(found.strongCallFraction, 1)} of the ${scored.length} prompts given to ${pair.strong} and costs ${dollars(found.usdPerRequest)} per request; others like them about as much.`,
      ...basis,
    ],
  }
}

function noteOf(basis: TokenBasis): string {
  return basis.kind === 'counted' ? '' : ` ${basis.note}`
}

function usdOf(model: string, tokens: TokenCounts | undefined, prices: PriceTable): number {
  const cost = costOfCall(model, tokens ?? { inputTokens: 0, outputTokens: 0 }, prices)
  if (cost.kind === 'priced') return cost.usd
  throw new InvalidRequestError(
    'no-price',
    `there is no price for ${model} in ${prices.source}, only for ${Object.keys(prices.models).join(', ') || 'no model'}; name another with --strong-model or --weak-model, or give a file of prices: --costs prices.json`,
    { param: '--costs' },
  )
}

/** The pair of the flags, else the configured one; priced by `--costs`, else by the configuration. */
async function pricedPair(run: CalibrationRun): Promise<{ pair: ModelPair; prices: PriceTable }> {
  const { flags, config, context } = run
  const pair = askedPair(flags) ?? { strong: config.policy.strong, weak: config.policy.weak }
  const { costs } = flags
  if (costs === undefined) return { pair, prices: configuredPrices(run) }
  if (costs === true) {
    const { packagedPrices } = await import('../../../routing/catalogue/packaged-prices.ts')
    return { pair, prices: await packagedPrices([pair.strong, pair.weak], new Date()) }
  }
  const { readPriceTable } = await import('../../../learning/evaluation/costs/figures-file.ts')
  return { pair, prices: await readPriceTable(resolve(context.folder, costs)) }
}

function configuredPrices({ config }: CalibrationRun): PriceTable {
  const models = config.models.flatMap(({ name, inputUsdPerMillionTokens, outputUsdPerMillionTokens }) =>
    inputUsdPerMillionTokens === undefined || outputUsdPerMillionTokens === undefined
      ? []
      : [[name, { inputUsdPerMillionTokens, outputUsdPerMillionTokens }] as const],
  )
  if (models.length === 0)
    throw new ConfigError(
      'no-prices',
      `--usd-per-request needs prices, and ${config.source} has none: give --costs prices.json (docs/evaluation.md shows one), or inputUsdPerMillionTokens and outputUsdPerMillionTokens of the models in routellm.yaml`,
      { param: '--costs' },
    )
  return { asOf: 'as configured', source: config.source, models: Object.fromEntries(models) }
}
