// The tables of docs/calibration.md.
import { table, titles } from '../markdown.mjs'

/** @param results contents of benchmarks/results/guarantee.json */
export function guaranteeMarkdown({ measurements }) {
  const [{ labels, confidence }] = measurements
  return [
    `${labels} labels drawn at random, confidence ${percent(confidence)}. In the long run:`,
    table(
      [
        'router, benchmark',
        'loss allowed',
        'exceeded on all rows',
        'exceeded on the rows not drawn',
        'strong calls',
        'times direct',
        'least possible (hindsight)',
        'excess',
      ],
      measurements.map((measured) => {
        const { maxLoss, longRun, hindsightStrongShare } = measured
        return [
          title(measured),
          percent(maxLoss),
          exceeded(longRun.violations),
          exceeded(longRun.violationsOnRest),
          percent(longRun.strongShare),
          longRun.timesDirect.toFixed(2),
          percent(hindsightStrongShare),
          `+${percent(longRun.excessOverHindsight)}`,
        ]
      }),
    ),
    'For as many next requests as there are rows not drawn (`--next-requests`):',
    table(
      ['router, benchmark', 'loss allowed', 'requests', 'exceeded on them', 'strong calls', 'times direct'],
      measurements.map((measured) => {
        const { maxLoss, nextRequests, rows, labels } = measured
        return [
          title(measured),
          percent(maxLoss),
          (rows - labels).toLocaleString('en-US'),
          exceeded(nextRequests.violationsOnRest),
          percent(nextRequests.strongShare),
          nextRequests.timesDirect.toFixed(2),
        ]
      }),
    ),
  ].join('\n\n')
}

function title({ router, benchmark, basis, splits }) {
  return `**${router}**, ${titles[benchmark]}, ${splits.toLocaleString('en-US')} splits${basis === 'cross-fitted' ? ', cross-fitted' : ''}`
}

function exceeded({ share, interval: [low, high] }) {
  return `${percent(share)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`
}

function percent(share) {
  return `${Number((100 * share).toFixed(1))} %`
}
