import { readFactsOfFiles } from '../../base/files/file-digest.ts'
import { isAbove } from '../../base/math/decimals.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type PairLabel, type PairLabels, readPairLabels } from '../../learning/rows/pair-labels.ts'
import type { RouterRecord } from '../../routing/routers/router-kind.ts'
import { checkTrainedLabels } from '../../routing/routers/trained-prompts/check-labels.ts'
import type { LabelBasis } from '../../routing/routers/trained-prompts/label-origins.ts'
import { scoreRows } from '../scoring/score-rows.ts'
import { findDataFile } from '../workspace.ts'
import { trainingRecord } from './router-record.ts'
import type { CalibrationRun } from './run.ts'

export type ScoredLabel = PairLabel & { readonly strongWinRate: number }

export type ScoredLabels = Omit<PairLabels, 'labels'> & {
  readonly labels: readonly ScoredLabel[]
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
}

/**
 * Reads and scores labels. Those that the router was trained on get the win rates of fits without them, if there are
 * such (`checkTrainedLabels`); a warning is given if the labels look learned.
 *
 * @throws InvalidRequestError `labels-were-trained-on` if the router was trained on this file, or on the prompts of at
 *   least half of its labels, and cannot leave them out.
 */
export async function scoreLabels(
  run: CalibrationRun,
  names: string | readonly string[],
): Promise<ScoredLabels> {
  const { router, spec, pair, context } = run
  const { dependencies } = context.workspace
  const files = await Promise.all([names].flat().map((name) => findDataFile(name, context.workspace)))
  const file = files.join(' and ')
  const record = await trainingRecord(spec, dependencies)
  const { labels, ...read } = await readPairLabels(files, {
    ...(pair !== undefined && { pair }),
    ...(record !== undefined && { likelyPair: record.pair }),
    signal: context.signal,
  })
  const own = await scoreRows(
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
  const checked = await checkTrainedLabels(
    spec,
    dependencies,
    {
      prompts: labels.map(({ prompt }) => prompt),
      winRates: own,
      outcomes: {
        pair: read.pair,
        strongWins: labels.map(({ strongScore, weakScore }) => isAbove(strongScore, weakScore)),
      },
    },
    { router, signal: context.signal },
  )
  const { winRates, basis, crossFittedLabels, learnedLabels, warnings } = checked
  const isKnownFile = crossFittedLabels === 0 && (await isTrainingData(files, record, context.signal))
  if (isKnownFile || 2 * learnedLabels >= labels.length) throw trainedOn(file, router.name)
  for (const warning of warnings) context.onWarning(warning)
  return {
    ...read,
    labels: labels.map((label, row) => ({ ...label, strongWinRate: winRates[row] ?? Number.NaN })),
    basis,
    crossFittedLabels,
  }
}

/** For routers that do not record their prompts. */
async function isTrainingData(
  files: readonly string[],
  record: RouterRecord['training'],
  signal: AbortSignal,
): Promise<boolean> {
  if (record === undefined) return false
  const facts = await Promise.all(
    [files, ...files.map((file) => [file])].map((each) => readFactsOfFiles(each, signal)),
  )
  return record.data.some((source) => facts.some(({ sha256 }) => source.sha256 === sha256))
}

function trainedOn(file: string, router: string): InvalidRequestError {
  return new InvalidRequestError(
    'labels-were-trained-on',
    `the router ${router} was trained on the prompts of ${file}, or on most of them, so that its win rates flatter it there. Give labels that it has not seen: split them first (routellm data split), train on one part and calibrate on the other`,
    { param: '--labels' },
  )
}
