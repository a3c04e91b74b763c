import type { CommonRequest } from '../../../common/common-request.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import { unwritten } from '../losses/unwritten.ts'
import type { ModelFamily } from '../model/model-family.ts'

/**
 * `temperature`, `top_p` and `top_k`, as far as the model takes them.
 * Source: platform.claude.com/docs/en/build-with-claude/extended-thinking, Feature compatibility: with thinking neither
 * temperature nor top_k, and top_p from 0.95 to 1.
 */
export function writeSampling(
  request: CommonRequest,
  family: ModelFamily,
  isThinking: boolean,
  losses: LossList,
): JsonObject {
  let { temperature, topP, topK } = request
  if (temperature !== null && temperature > 1) {
    report(losses, unwritten.hotTemperature)
    temperature = 1
  }
  const takesNone = family.sampling === 'none'
  if (takesNone || (isThinking && family.thinking !== 'unknown')) {
    const row = takesNone ? unwritten.sampling : unwritten.thinkingSampling
    if (temperature !== null && temperature !== 1) report(losses, row, 'temperature') // 1 is what it uses
    temperature = null
    if (topK !== null) report(losses, row, 'top_k')
    topK = null
    if (topP !== null && (takesNone || topP < 0.95)) {
      if (topP !== 1) report(losses, row, 'top_p')
      topP = null
    }
  }
  if (family.sampling === 'one' && temperature !== null && topP !== null) {
    if (topP !== 1) report(losses, unwritten.twoSamplings)
    topP = null
  }
  return {
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(topK === null ? {} : { top_k: topK }),
  }
}
