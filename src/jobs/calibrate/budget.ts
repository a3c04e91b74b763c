import { resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { tokensColumn } from '../../learning/evaluation/benchmarks/labelled.ts'
import { readPriceTable } from '../../learning/evaluation/costs/figures-file.ts'
import { type TokenBasis, tokensOfRows } from '../../learning/evaluation/costs/token-counts.ts'
import { type BudgetThreshold, thresholdForBudget } from '../../routing/calibration/budget.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import { packagedPrices } from '../../routing/catalogue/packaged-prices.ts'
import { costOfCall, type PriceTable, type TokenCounts } from '../../routing/catalogue/prices.ts'
import type { TargetOf } from './payload.ts'
import type { CalibrationRun } from './run.ts'
import { scorePromptFile } from './win-rates.ts'

export type BudgetCalibration = BudgetThreshold & {
  readonly router: string
  readonly pair: ModelPair
  /** The number of prompts. */
  readonly prompts: number
  readonly prices: Pick<PriceTable, 'asOf' | 'source'>
  readonly tokens: TokenBasis
  readonly budgetUsdPerRequest: number
}

/** The threshold with the most strong calls that costs at most a mean of dollars per request. */
export async function calibrateBudget(
  run: CalibrationRun,
  target: TargetOf<'budget'>,
): Promise<BudgetCalibration> {
  const { usdPerRequest, meanInputTokens, meanOutputTokens } = target
  const { pair, prices } = await pricedPair(run, target)
  const scored = await scorePromptFile(run, target.prompts)
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
      ...(meanInputTokens !== undefined && { inputTokens: meanInputTokens }),
      ...(meanOutputTokens !== undefined && { outputTokens: meanOutputTokens }),
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
  return {
    ...found,
    router: run.router.name,
    pair,
    prompts: scored.length,
    prices: { asOf: prices.asOf, source: prices.source },
    tokens: tokens.basis,
    budgetUsdPerRequest: usdPerRequest,
  }
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

/** The named pair, or the configured one; priced by the target's file, or by the configuration. */
async function pricedPair(
  { pair: named, context: { workspace } }: CalibrationRun,
  { costs }: TargetOf<'budget'>,
): Promise<{ pair: ModelPair; prices: PriceTable }> {
  const { config, folder, dependencies } = workspace
  const pair = named ?? { strong: config.policy.strong, weak: config.policy.weak }
  if (costs === undefined) return { pair, prices: configuredPrices(config) }
  if (costs === true) {
    const today = dependencies.now?.() ?? new Date()
    return { pair, prices: await packagedPrices([pair.strong, pair.weak], today) }
  }
  return { pair, prices: await readPriceTable(resolve(folder, costs)) }
}

function configuredPrices(config: Config): PriceTable {
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
