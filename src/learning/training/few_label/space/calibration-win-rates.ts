import { drawAscending } from '../../../../base/math/draw.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { promptFromText } from '../../../../routing/prompts/routed-prompt.ts'
import type { BatchRouter } from '../../../../routing/routers/router.ts'
import type { FewLabelTraining } from '../few-label-training.ts'

/** Prompts whose win rates make the calibration quantiles, at most. */
const calibrationPrompts = 2_000

/** Win rates that represent future prompts: of at most `calibrationPrompts`, drawn at random. */
export async function calibrationWinRates(
  router: BatchRouter,
  prompts: readonly string[],
  { seed = 0, signal }: Pick<FewLabelTraining, 'seed' | 'signal'>,
): Promise<Float64Array> {
  const drawn = drawAscending(prompts.length, calibrationPrompts, createRandom(seed))
  return router.strongWinRates(
    Array.from(drawn, (index) => promptFromText(prompts[index]!)),
    signal,
  )
}
