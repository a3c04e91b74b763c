// The tables of docs/routers/bert.md.
import { table } from '../markdown.mjs'

/** @param results contents of benchmarks/results/transformers.json */
export function transformerSpeedMarkdown({ machine, threads, began, models }) {
  const runs = Object.entries(models).flatMap(([name, { float32, int8, gigaflopPerPrompt }]) =>
    Object.entries({ float32, int8 }).map(([precision, measured]) => ({
      name,
      precision,
      gigaflopPerPrompt,
      ...measured,
    })),
  )
  return [
    `${machine.processor}, ${threads} threads of ${machine.cores} shared cores (load ${machine.loadAverage.toFixed(1)} when it began), Node ${machine.node}, ${began.slice(0, 10)}. Medians (least).`,
    table(
      ['random weights of the size of', 'precision', '32 tokens', '64 tokens', '128 tokens', 'resident'],
      runs.map(({ name, precision, milliseconds, residentMegabytes }) => [
        name,
        precision,
        ...['32', '64', '128'].map(
          (tokens) => `${milliseconds[tokens].median} (${milliseconds[tokens].min}) ms`,
        ),
        `${residentMegabytes.afterwards} MB`,
      ]),
    ),
    table(
      [
        'batches',
        'precision',
        'prompts × tokens',
        'GFLOP per prompt',
        'prompts/s',
        'GFLOP/s',
        'share of the matmul rate',
      ],
      runs.flatMap(({ name, precision, batches, gigaflopPerPrompt }) =>
        Object.entries(batches).map(([shape, batch]) => [
          name,
          precision,
          shape,
          gigaflopPerPrompt[shape.split(' × ')[1]],
          batch.promptsPerSecond.median,
          batch.gigaflopsPerSecond.median,
          `${batch.shareOfMatmulRate.median} (${batch.shareOfMatmulRate.min} to ${batch.shareOfMatmulRate.max})`,
        ]),
      ),
    ),
    `The event loop's longest stall under 50 concurrent requests: ${runs
      .map(
        ({ name, precision, worstStallMs }) =>
          `${name} ${precision} ${worstStallMs.under50Requests} ms (idle ${worstStallMs.idle} ms)`,
      )
      .join(', ')}.`,
    `What int8 moves the win rate of random prompts by: ${Object.entries(models)
      .map(
        ([
          name,
          {
            int8WinRateDrift: { mean, max, prompts },
          },
        ]) => `${name} ${mean} on average, ${max} at most (${prompts} prompts)`,
      )
      .join(', ')}.`,
  ].join('\n\n')
}

/** @param results contents of benchmarks/results/bert-head.json */
export function bertHeadMarkdown({ encoder, dataSets }) {
  const shown = ({ apgr, interval: [low, high] }) =>
    `${apgr.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
  return [
    table(
      [
        'data set left out',
        'held-out prompts of the others',
        'length on the same',
        'the data set that was left out',
      ],
      Object.entries(dataSets).map(([name, { heldOutPrompts, leftOutDataSet }]) => [
        `${name} (${leftOutDataSet.rows})`,
        shown(heldOutPrompts),
        heldOutPrompts.length.toFixed(3),
        shown(leftOutDataSet),
      ]),
    ),
    `APGR with 95 % intervals, 0.5 is random; the encoder has ${encoder.layers} layers of ${encoder.size} numbers with ${encoder.weights} weights.`,
  ].join('\n\n')
}
