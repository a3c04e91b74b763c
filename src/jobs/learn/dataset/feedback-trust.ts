import type { Config } from '../../../config/config.ts'
import type { FeedbackTrust } from '../../../learning/loop/feedback-trust.ts'

/** Whose feedback decides: that of `learn.trustedKeys`, and all feedback if clients need no key at all. */
export function feedbackTrust({ learn, server }: Pick<Config, 'learn' | 'server'>): FeedbackTrust {
  return {
    trustedKeys: learn.trustedKeys,
    trustsUnnamed: server.keys.length === 0 && server.clientKeys.length === 0,
  }
}
