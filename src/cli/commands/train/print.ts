import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import { formatFixed, formatSigned } from '../../../base/text/format/format-number.ts'
import type { TrainResult } from '../../../jobs/train/result.ts'
import { leastGapErrors } from '../../../learning/evaluation/metrics/gap.ts'
import { standingOf, standingSentence } from '../../../learning/training/standing.ts'
import { cascadeKind } from '../../../routing/routers/cascade-kind.ts'
import type { Colors } from '../../terminal/terminal.ts'

/** The result of a training run, and the next step. */
export function formatTrained(result: TrainResult, colors: Colors): string[] {
  const { output, router, models, metrics, rows, calibrationPrompts, findings, warnings } = result
  return [
    `Trained ${colors.bold(router)} on ${metrics.labels === undefined ? `${rows} rows` : `${metrics.labels} labelled prompts`} for ${modelsPhrase(result)}: ${output}`,
    ...(models === undefined ? standingLines(result, colors) : []),
    ...findings,
    ...apgrLines(metrics),
    ...learningCurveLines(result),
    ...(calibrationPrompts === null ? [] : [`Calibrated on ${calibrationPrompts} prompts.`]),
    ...warnings.map((warning) => `${colors.yellow('warning:')} ${warning}`),
    ...nextLines(result),
  ]
}

function modelsPhrase({ models, pair: { strong, weak } }: TrainResult): string {
  if (models === undefined) return `${strong} against ${weak}`
  return `${models.join(', ')} (win rates: ${strong} against ${weak})`
}

/** Whether the router is of use, first. */
function standingLines({ metrics }: TrainResult, colors: Colors): string[] {
  const sentence = standingSentence(metrics)
  if (sentence === undefined) return []
  return [standingOf(metrics).kind === 'better' ? sentence : colors.bold(sentence)]
}

/** Never recommends a router that is worse than what needs no training. */
function nextLines({ output, kind: trained, models, metrics, pair }: TrainResult): string[] {
  const { kind } = standingOf(metrics)
  const step = (...words: string[]) => `  ${toCommandLineText(['routellm', ...words])}`
  if (models !== undefined)
    return [
      `Next: name it in routellm.yaml as the router of a policy of the kind cheapest-good-enough, with the candidates ${models.join(', ')}.`,
    ]
  const measure =
    'Measure it with routellm evaluate on labels that it was not trained on before you serve it.'
  if (kind === 'worse') return ['Next: give more labels and train again.', measure]
  if (trained === cascadeKind)
    return [
      'Next, in routellm.yaml:',
      `  policies: { checked: { kind: cascade, strong: ${pair.strong}, weak: ${pair.weak}, verifier: ${output} } }`,
      'Or score rows of {"prompt", "answer"}:',
      step('score', '--router', output, '--input', 'answers.jsonl', '--output', 'scores.jsonl'),
    ]
  return [
    'Next:',
    step('route', 'One of your prompts', '--router', output),
    ...(kind === 'unclear' ? [measure] : []),
    step('serve', '--routers', output),
  ]
}

/** What more labels would bring, in words that the interval supports. */
function learningCurveLines({ learningCurve }: TrainResult): string[] {
  if (learningCurve === undefined) return []
  const { labels, apgrOfHalf, apgr, moreLabels, gainInterval } = learningCurve
  const [low, high] = gainInterval.map((value) => formatSigned(value, 3))
  const measured = `${formatFixed(apgrOfHalf, 3)} with ${Math.floor(labels / 2)} labels, ${formatFixed(apgr, 3)} with ${labels}; extrapolated`
  const meaning =
    gainInterval[0] > 0
      ? ''
      : gainInterval[1] < 0.005
        ? ' They would hardly help.'
        : ' These labels do not show whether they would help.'
  return [`${moreLabels} more labels would change APGR by ${low} to ${high} (${measured}).${meaning}`]
}

/** APGR: the part of the gap between the models that the router recovers, averaged over all shares of strong calls. */
function apgrLines(metrics: TrainResult['metrics']): string[] {
  const of = (metric: string) => {
    const value = metrics[metric]
    return value === undefined ? 'not measured' : formatFixed(value, 3)
  }
  const lines = (stem: string) => [
    (metrics[`${stem}GapErrors`] ?? leastGapErrors) < leastGapErrors
      ? `  this router  ${of(stem)}  no interval: on these labels the gap between the models is uncertain`
      : `  this router  ${of(stem)}  95 % interval ${of(`${stem}Low`)} to ${of(`${stem}High`)}`,
    ...(metrics[`${stem}OfPrior`] === undefined
      ? []
      : [
          `  built-in     ${of(`${stem}OfPrior`)}  this router minus built-in: ${of(`${stem}OverPriorLow`)} to ${of(`${stem}OverPriorHigh`)}`,
        ]),
    ...(metrics[`${stem}OfPromptOnly`] === undefined
      ? []
      : [
          `  prompt only  ${of(`${stem}OfPromptOnly`)}  this router minus prompt only: ${of(`${stem}OverPromptOnlyLow`)} to ${of(`${stem}OverPromptOnlyHigh`)}`,
        ]),
    `  length       ${of(`${stem}OfLength`)}  this router minus length: ${of(`${stem}OverLengthLow`)} to ${of(`${stem}OverLengthHigh`)}`,
    `  random       ${of(`${stem}OfRandom`)}`,
  ]
  if (metrics.leftOutApgr !== undefined)
    return [
      `On the ${metrics.labels ?? 0} labelled prompts, each scored without its label (APGR; 1 recovers the whole gap):`,
      ...lines('leftOutApgr'),
    ]
  if (metrics.validationApgr === undefined) return []
  return [
    `On ${metrics.validationPairComparisons ?? 0} held-out comparisons of the pair (APGR; 1 recovers the whole gap):`,
    ...lines('validationApgr'),
  ]
}
