import type { InferencePool } from '../../onnx/inference/pool.ts'
import type { BatchRouter, CalibratedRouter, ClosableRouter } from '../router.ts'
import { winRateOfLogits } from './win-rate.ts'

export type BertRouter = BatchRouter & ClosableRouter & Partial<Pick<CalibratedRouter, 'winRateQuantiles'>>

export type BertRouterOptions = {
  readonly name: string
  /** Gives the three logits of a text. */
  readonly classifier: InferencePool
  /** See `CalibratedRouter`. */
  readonly winRateQuantiles?: readonly number[]
}

/** Prompts of a batch that are handed over at once; the others wait here, not in the queue. */
const batchSize = 256

/**
 * The method's BERT classifier: an encoder fine-tuned to predict which model wins.
 *
 * A prompt's win rate is that of its beginning, as many tokens as the encoder takes. Beside other prompts of the same
 * batch it may differ in the last digits (below 1e-6): sums are taken in another order.
 */
export function createBertRouter({ name, classifier, winRateQuantiles }: BertRouterOptions): BertRouter {
  return {
    name,
    async strongWinRate({ text }, signal) {
      const [logits = []] = await classifier.run([text], signal)
      return winRateOfLogits(logits, name)
    },
    async strongWinRates(prompts, signal) {
      const winRates = new Float64Array(prompts.length)
      for (let begin = 0; begin < prompts.length; begin += batchSize) {
        const texts = prompts.slice(begin, begin + batchSize).map(({ text }) => text)
        for (const [index, logits] of (await classifier.run(texts, signal)).entries())
          winRates[begin + index] = winRateOfLogits(logits, name)
      }
      signal?.throwIfAborted()
      return winRates
    },
    close: () => classifier.close(),
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  }
}
