import { readFileFacts } from '../../../base/files/file-digest.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { type PairLabel, type PairLabels, readPairLabels } from '../../../learning/rows/pair-labels.ts'
import { askedPair } from '../../../learning/training/model-pair.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { isCrossFittedRouter } from '../../../routing/routers/router.ts'
import { dataFile } from '../../setup/data-file.ts'
import { trainingRecord } from './router-record.ts'
import type { CalibrationRun } from './run.ts'
import { scoreRows } from './win-rates.ts'

export type ScoredLabel = PairLabel & { readonly strongWinRate: number }

/**
 * Where the win rates of the labels are from. `independent`: from the router as it is, which was not trained on them as
 * far as it knows. `cross-fitted`: it was, and each is from a fit without that label. `mixed`: both.
 */
export type LabelBasis = 'independent' | 'cross-fitted' | 'mixed'

export type ScoredLabels = Omit<PairLabels, 'labels'> & {
  readonly labels: readonly ScoredLabel[]
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
}

/**
 * Reads and scores `--labels`. Throws `InvalidRequestError` `labels-were-trained-on` where the router learned from this
 * file and cannot say what it would have said without.
 */
export async function scoredLabels(run: CalibrationRun, name: string): Promise<ScoredLabels> {
  const { router, spec, dependencies, flags, context } = run
  const file = await dataFile(name, context)
  const pair = askedPair(flags)
  const record = await trainingRecord(spec, dependencies)
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
    run,
    labels.map(({ line, prompt, embedding }) => ({
      columns: {},
      scoredBy:
        embedding === undefined
          ? { kind: 'prompt', prompt }
          : { kind: 'embedding', embedding, place: `${file} line ${line}` },
    })),
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

/** What the numbers rest on, and whom they are about. */
export function basisLines(basis: LabelBasis, crossFittedLabels: number, labels: number): string[] {
  const population =
    'This is about requests like the labels, as if these had been drawn from them at random: label others again when your traffic changes.'
  switch (basis) {
    case 'independent':
      return [`${population} The router must not have been trained on them.`]
    case 'cross-fitted':
    case 'mixed': {
      const which = basis === 'mixed' ? `${crossFittedLabels} of the ${labels} labels` : 'these labels'
      return [
        population,
        `The router was trained on ${which}; each of them was scored by a fit that had left it out (cross-fitted). That holds where it was tried (docs/calibration.md), but only labels that it has not seen make it a theorem: routellm data split.`,
      ]
    }
  }
}
