import type { ShadowEntry } from '../../../src/store/entries/entry.ts'

/** The entry of a shadow call. */
export function shadowEntry(requestId: string, changes: Partial<ShadowEntry> = {}): ShadowEntry {
  return {
    kind: 'shadow',
    requestId,
    time: Date.UTC(2026, 10, 30, 12),
    policy: 'halves',
    model: 'small',
    otherModel: 'large',
    modelUsd: 0.0001,
    otherUsd: 0.002,
    judgeUsd: 0.0005,
    chargedUsd: 0.0025,
    chargedAt: Date.UTC(2026, 10, 30, 12),
    propensity: 0.02,
    labelPropensity: 0.02,
    verdict: 'other',
    judge: 'judge',
    orders: ['other', 'other'],
    problem: null,
    ...changes,
  }
}
