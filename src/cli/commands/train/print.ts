import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import type { Colors } from '../../terminal/terminal.ts'

/** What is told of a trained router, whatever form it is written in. */
type ToldOfTraining = Pick<RouterManifest, 'name' | 'pair' | 'metrics' | 'data'> & {
  readonly calibration?: { readonly prompts: number }
}

/** What a training run came to, and what to do with it. */
export function trainedLines(
  { name, pair, metrics, data, calibration }: ToldOfTraining,
  target: string,
  findings: readonly string[],
  warnings: readonly string[],
  colors: Colors,
): string[] {
  const rows = data.reduce((sum, source) => sum + source.rows, 0)
  return [
    `Trained ${colors.bold(name)} on ${rows} rows for ${pair.strong} against ${pair.weak}: ${target}`,
    ...findings,
    ...apgrLines(metrics),
    ...(calibration === undefined ? [] : [`Calibrated on ${calibration.prompts} prompts.`]),
    ...warnings.map((warning) => `${colors.yellow('warning:')} ${warning}`),
    'Next:',
    `  routellm route "Prove that √2 is irrational" --router ${target}`,
    `  routellm serve --routers mf,${target}`,
  ]
}

/** APGR: how much of the gap between the models the router recovers, over all shares of strong calls. */
function apgrLines(metrics: RouterManifest['metrics']): string[] {
  const of = (metric: string) => metrics[metric]?.toFixed(3) ?? 'not measured'
  const lines = (stem: string) => [
    `  this router  ${of(stem)}  95 % interval ${of(`${stem}Low`)} to ${of(`${stem}High`)}`,
    ...(metrics[`${stem}OfPrior`] === undefined
      ? []
      : [
          `  built-in     ${of(`${stem}OfPrior`)}  this router minus built-in: ${of(`${stem}OverPriorLow`)} to ${of(`${stem}OverPriorHigh`)}`,
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
