import type { ReconciledRow, Reconciliation } from '../../../../gateway/savings/invoice/reconcile.ts'

/** A reconciliation as lines of text: a line for each day and model, and what may explain a difference. */
export function formatReconciliation({ rows, otherModels }: Reconciliation): string[] {
  return [
    ...rows.flatMap(formatRow),
    ...(otherModels.length === 0
      ? []
      : [`The file states nothing of ${otherModels.join(', ')}, which the store has on these days.`]),
  ]
}

function formatRow(row: ReconciledRow): string[] {
  const { day, model, stated, difference, unreportedCalls, estimatedCalls, shadowCalls } = row
  const parts = [
    formatDifference('input tokens', difference.inputTokens),
    formatDifference('cached tokens', difference.cachedTokens),
    formatDifference('output tokens', difference.outputTokens),
    difference.nanoUsd === null || difference.nanoUsd === 0
      ? ''
      : `${formatSign(difference.nanoUsd)}${formatNanoUsd(Math.abs(difference.nanoUsd))}`,
  ].filter((part) => part !== '')
  const usd = stated.nanoUsd === null ? 'dollars not stated' : formatNanoUsd(stated.nanoUsd)
  const head = `${day} ${model}: ${stated.inputTokens} in, ${stated.outputTokens} out, ${usd}`
  if (parts.length === 0) return [`${head}: the same in the store`]
  const reasons = [
    formatReason(
      unreportedCalls,
      'whose tokens the upstream did not report, such as streams that were broken off',
    ),
    formatReason(
      estimatedCalls,
      'that were aborted because another one answered, whose tokens are an estimate',
    ),
    formatReason(shadowCalls, 'of shadow mode and judges, whose tokens are not kept'),
  ].filter((reason) => reason !== '')
  return [
    `${head}: stated less store ${parts.join(', ')}`,
    ...reasons.map((reason) => `  the store has ${reason}`),
  ]
}

function formatDifference(what: string, difference: number): string {
  return difference === 0 ? '' : `${formatSign(difference)}${Math.abs(difference)} ${what}`
}

/** With all nine digits; a bill can credit dollars. */
function formatNanoUsd(nanoUsd: number): string {
  return `${nanoUsd < 0 ? '−' : ''}$${(Math.abs(nanoUsd) / 1e9).toFixed(9)}`
}

function formatSign(value: number): string {
  return value < 0 ? '−' : '+'
}

function formatReason(calls: number, what: string): string {
  return calls === 0 ? '' : `${calls} ${calls === 1 ? 'call' : 'calls'} ${what}`
}
