import { readFileFacts } from '../../base/files/file-digest.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type PairLabel, type PairLabels, readPairLabels } from '../../learning/rows/pair-labels.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { isCrossFittedRouter } from '../../routing/routers/router.ts'
import { scoreRows } from '../scoring/score-rows.ts'
import { findDataFile } from '../workspace.ts'
import { trainingRecord } from './router-record.ts'
import type { CalibrationRun } from './run.ts'

export type ScoredLabel = PairLabel & { readonly strongWinRate: number }

/**
 * Source of the labels' win rates. `independent`: the router, which was not trained on them according to its record.
 * `cross-fitted`: the router was trained on them, and each win rate comes from a fit without that label. `mixed`: both.
 */
export type LabelBasis = 'independent' | 'cross-fitted' | 'mixed'

export type ScoredLabels = Omit<PairLabels, 'labels'> & {
  readonly labels: readonly ScoredLabel[]
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
}

/**
 * Reads and scores labels.
 *
 * @throws InvalidRequestError `labels-were-trained-on` if the router was trained on this file and has no cross-fitted
 *   win rates.
 */
export async function scoreLabels(run: CalibrationRun, name: string): Promise<ScoredLabels> {
  const { router, spec, pair, context } = run
  const file = await findDataFile(name, context.workspace)
  const record = await trainingRecord(spec, context.workspace.dependencies)
  const { labels, ...read } = await readPairLabels(file, {
    ...(pair !== undefined && { pair }),
    ...(record !== undefined && { likelyPair: record.pair }),
  })
  const crossFitted = isCrossFittedRouter(router)
    ? labels.map(({ prompt }) => router.crossFittedWinRate(promptFromText(prompt)))
    : labels.map(() => undefined)
  if (!isCrossFittedRouter(router) && record !== undefined) {
    const { sha256 } = await readFileFacts(file)
    if (record.data.some((source) => source.sha256 === sha256)) throw trainedOn(file, router.name)
  }
  const winRates = await scoreRows(
    router,
    labels.map(({ line, prompt, embedding }) => ({
      columns: {},
      scoredBy:
        embedding === undefined
          ? { kind: 'prompt', prompt }
          : { kind: 'embedding', embedding, place: `${file} line ${line}` },
    })),
    context,
  )
  const crossFittedLabels = crossFitted.filter((winRate) => winRate !== undefined).length
  return {
    ...read,
    labels: labels.map((label, row) => ({
      ...label,
      strongWinRate: crossFitted[row] ?? winRates[row] ?? Number.NaN,
    })),
    basis:
      crossFittedLabels === 0
        ? 'independent'
        : crossFittedLabels === labels.length
          ? 'cross-fitted'
          : 'mixed',
    crossFittedLabels,
  }
}

function trainedOn(file: string, router: string): InvalidRequestError {
  return new InvalidRequestError(
    'labels-were-trained-on',
    `the router ${router} was trained on ${file}, so that its win rates flatter it there. Give labels that it has not seen: split them first (routellm data split), train on one part and calibrate on the other`,
    { param: '--labels' },
  )
}
