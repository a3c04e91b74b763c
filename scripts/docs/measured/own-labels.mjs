// The tables of docs/training.md.
import { short, signed, table, titles } from '../markdown.mjs'

/** Benchmark → number of labels → least mean APGR that is asked. */
const targets = {
  mmlu: { 500: 0.63, 1500: 0.66 },
  gsm8k: { 500: 0.66 },
}

/** @param results contents of benchmarks/results/own-labels.json */
export function ownLabelsMarkdown({ began, benchmarks, times }) {
  return [
    ...benchmarks.map(section),
    targetsSentence(benchmarks),
    timesSentence(times),
    `Measured ${began.slice(0, 10)}.`,
  ].join('\n\n')
}

function section({ benchmark, rows, labels }) {
  const heading = [
    'labels (draws)',
    '**few_label**',
    'minus built-in (95 %)',
    'lowest draw',
    'without trees',
    'ungated',
    'knn',
    'built-in',
    'length',
    'target',
    'calibration error',
  ]
  return [
    `**${titles[benchmark]}**, ${rows.toLocaleString('en-US')} rows; APGR on the rows that are not labels, mean ± standard deviation over draws.`,
    table(
      heading,
      labels.map((row) => cells(row, targets[benchmark]?.[row.labels])),
    ),
  ].join('\n\n')
}

function cells({ labels, draws, routers, calibrationError }, target) {
  const mean = (name) => (routers[name] === undefined ? '' : short(routers[name].apgr.mean))
  const few = routers.few_label
  const interval = few.minusPrior.interval
  return [
    `${labels.toLocaleString('en-US')} (${draws})`,
    `**${short(few.apgr.mean)}**${few.apgr.deviation === null ? '' : ` ± ${short(few.apgr.deviation)}`}`,
    interval === null
      ? ''
      : `${signed(few.minusPrior.mean)} (${signed(interval[0])} to ${signed(interval[1])})`,
    interval === null ? '' : short(few.apgr.lowest),
    mean('without trees'),
    mean('not gated'),
    mean('knn'),
    mean('prior'),
    mean('length'),
    target === undefined ? '' : `≥ ${short(target)}`,
    calibrationError === undefined ? '' : short(calibrationError.mean),
  ]
}

function targetsSentence(benchmarks) {
  const missed = benchmarks.flatMap(({ benchmark, labels }) =>
    labels.flatMap(({ labels: count, routers: { few_label: few } }) => {
      const target = targets[benchmark]?.[count]
      if (target === undefined || few.apgr.mean >= target) return []
      return [
        `${titles[benchmark]} with ${count.toLocaleString('en-US')} labels, by ${short(target - few.apgr.mean)}`,
      ]
    }),
  )
  if (missed.length === 0) return 'Every target is met.'
  return `**Targets missed:** ${missed.join('; ')}. See below for what was tried.`
}

function timesSentence({ labels, prompts, trainSeconds, scoreMilliseconds, processor, node }) {
  return (
    `Training on ${labels} labels and ${prompts.toLocaleString('en-US')} prompts takes ${trainSeconds.median} s of processor time, ` +
    `scoring one prompt ${scoreMilliseconds.median} ms (medians of five; ${processor}, one thread, Node ${node}).`
  )
}
