import { mixUint32, seedWords } from '../../../base/math/random.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { CalibratedRouter } from '../router.ts'

export type RandomRouterOptions = {
  /** Default: `random`. */
  readonly name?: string
  /** A whole number. Default: 0. Another seed routes other prompts to the strong model. */
  readonly seed?: number
}

/** Never waits for anything. */
export type RandomRouter = { strongWinRate(prompt: RoutedPrompt): number } & CalibratedRouter

/** Of a longer text only the first and last so many UTF-16 units are hashed, and its length. */
const hashedUnitsAtEachEnd = 2048

/**
 * Routes by chance, uniformly: a threshold of 0.7 sends 30 % of all prompts to the strong model.
 *
 * The win rate is a hash of the seed and the text instead of a draw, so the same prompt always goes to the same
 * model, in any order of requests and after a restart. Prompts that differ only in the middle of more than
 * 4,096 UTF-16 units share their win rate: that bounds the time that an 8 MB prompt takes.
 *
 * Throws `InvalidRequestError` (`invalid-seed`) if the seed is not a whole number.
 */
export function createRandomRouter(options: RandomRouterOptions = {}): RandomRouter {
  const { low, high } = seedWords(options.seed ?? 0)
  return {
    name: options.name ?? 'random',
    // Uniform by construction, so the ends say it all.
    winRateQuantiles: [0, 1],
    strongWinRate: (prompt) => hashToUnitInterval(prompt.text, low, high),
  }
}

/** 53 bits from two lanes of a multiply-and-rotate hash (as MurmurHash3's x86 body), in [0, 1). */
function hashToUnitInterval(text: string, low: number, high: number): number {
  let one = mixUint32(low ^ 0x9e3779b9) ^ text.length
  let other = mixUint32(high ^ one)
  const headEnd = Math.min(text.length, hashedUnitsAtEachEnd)
  const tailStart = Math.max(headEnd, text.length - hashedUnitsAtEachEnd)
  absorb(0, headEnd)
  absorb(tailStart, text.length)
  const first = mixUint32(one ^ mixUint32(other))
  const second = mixUint32(other ^ mixUint32(first))
  return ((first >>> 5) * 67_108_864 + (second >>> 6)) / 9_007_199_254_740_992

  function absorb(start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i)
      one = Math.imul(one ^ unit, 0xcc9e2d51)
      one = (one << 15) | (one >>> 17)
      other = Math.imul(other ^ unit, 0x1b873593) + one
      other = (other << 13) | (other >>> 19)
    }
  }
}
