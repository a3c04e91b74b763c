import type { RouterManifest } from '../artifact/router-artifact.ts'
import type { Colors } from './terminal.ts'

/** What a training run came to, and what to do with it. */
export function trainedLines(
  { name, pair, metrics, data, calibration }: RouterManifest,
  target: string,
  warnings: readonly string[],
  colors: Colors,
): string[] {
  const rows = data.reduce((sum, source) => sum + source.rows, 0)
  return [
    `Trained ${colors.bold(name)} on ${rows} rows for ${pair.strong} against ${pair.weak}: ${target}`,
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
  if (metrics.validationApgr === undefined) return []
  return [
    `On ${metrics.validationPairComparisons ?? 0} held-out comparisons of the pair (APGR; 1 recovers the whole gap):`,
    `  this router  ${of('validationApgr')}  95 % interval ${of('validationApgrLow')} to ${of('validationApgrHigh')}`,
    `  length       ${of('validationApgrOfLength')}  this router minus length: ${of('validationApgrOverLengthLow')} to ${of('validationApgrOverLengthHigh')}`,
    `  random       ${of('validationApgrOfRandom')}`,
  ]
}
