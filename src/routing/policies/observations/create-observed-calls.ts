import type { ObservedCalls, ObservedModel } from './observed-calls.ts'
import { createSlidingMeans } from './sliding-means.ts'
import { createSlidingPercentiles } from './sliding-percentiles.ts'

/** Replies whose lengths are kept, for each model. */
const keptLengths = 1000
/** Streams whose latencies are kept, for each model. */
const keptLatencies = 250
/** Providers become slower and faster within hours. */
const maximumAgeMs = 3_600_000

/**
 * Observations in memory: of each model the lengths of the latest 1,000 replies, and the latencies of the latest 250
 * streams of the last hour.
 *
 * @param clock milliseconds, never descending.
 */
export function createObservedCalls(clock: () => number): ObservedCalls {
  const models = new Map<string, ReturnType<typeof createModel>>()

  function createModel() {
    return {
      outputTokens: createSlidingMeans(keptLengths),
      firstTokenSeconds: createSlidingPercentiles(keptLatencies, maximumAgeMs, clock),
      secondsPerOutputToken: createSlidingPercentiles(keptLatencies, maximumAgeMs, clock),
    }
  }

  return {
    of(name): ObservedModel {
      const model = models.get(name) ?? createModel()
      models.set(name, model)
      return {
        outputTokens: (task) => model.outputTokens.read(task),
        firstTokenSeconds: (percentile) => model.firstTokenSeconds.read(percentile),
        secondsPerOutputToken: (percentile) => model.secondsPerOutputToken.read(percentile),
      }
    },
    add({ model: name, task, outputTokens, latency }) {
      const model = models.get(name)
      if (model === undefined) return
      model.outputTokens.add(outputTokens, task)
      if (latency === null) return
      model.firstTokenSeconds.add(latency.firstTokenSeconds)
      model.secondsPerOutputToken.add(latency.secondsPerOutputToken)
    },
  }
}
