import type { Certificate, CertificateEvidence } from '../../../../routing/certificate/certificate.ts'
import { exactApgr } from '../../../evaluation/metrics/apgr.ts'
import type { Promotion } from '../../promotion/decide-promotion.ts'
import type { CycleOptions, ThresholdRouter } from '../cycle-options.ts'
import type { CycleComparison } from '../cycle-result.ts'
import type { ChosenThreshold } from './choose-threshold.ts'
import { compareSessions, type HeldOutRow } from './held-out-row.ts'

const dayMs = 86_400_000

/** What is promised of the candidate at its threshold, and why. */
export function certify(
  chosen: Extract<ChosenThreshold, { readonly possible: true }>,
  comparison: readonly HeldOutRow[],
  { router }: ThresholdRouter,
  { maxLoss = 0.05, confidence = 0.95, validDays = 30, now }: CycleOptions,
): { readonly certificate: Certificate; readonly evidence: CertificateEvidence } {
  return {
    certificate: {
      maxLoss,
      confidence,
      labels: chosen.independentLabels,
      validUntil: new Date(now + validDays * dayMs).toISOString().slice(0, 10),
    },
    evidence: {
      against: router.name,
      apgr: roundedApgr(comparison),
      lossBound: Math.min(maxLoss, Math.ceil(1e4 * chosen.lossBound) / 1e4),
      lost: chosen.losses,
      strongCallFraction: rounded(shareOf(comparison, ({ candidate }) => candidate >= chosen.threshold)),
      comparedSessions: new Set(comparison.map(({ session }) => session)).size,
    },
  }
}

/** To four decimals: a person reads them. */
function rounded(value: number): number {
  return Math.round(1e4 * value) / 1e4
}

/** Null if the strong model is not better on average. */
function roundedApgr(rows: readonly HeldOutRow[]): number | null {
  const column = (of: (row: HeldOutRow) => number) => rows.map(of)
  const [strong, weak] = [column((row) => row.strong.quality), column((row) => row.weak.quality)]
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  if (!(total(strong) - total(weak) > 1e-9 * rows.length)) return null
  return rounded(
    exactApgr(
      column(({ candidate }) => candidate),
      strong,
      weak,
    ),
  )
}

type Named = { readonly router: string; readonly threshold: number }

/** The comparison with what each of the two would have done. */
export function describeComparison(
  { sessions, quality, usd }: Promotion,
  rows: readonly HeldOutRow[],
  named: { readonly candidate: Named; readonly inService: Named },
): CycleComparison {
  const compared = compareSessions(rows, named.candidate.threshold)
  const mean = (of: (session: (typeof compared)[number]) => number) =>
    compared.reduce((sum, session) => sum + of(session), 0) / compared.length
  const side = (name: 'candidate' | 'inService', isStrong: (row: HeldOutRow) => boolean) => ({
    ...named[name],
    quality: mean((session) => session[name].quality),
    usd: mean((session) => session[name].usd),
    strongCallFraction: shareOf(rows, isStrong),
  })
  return {
    sessions,
    requests: rows.length,
    quality,
    usd,
    candidate: side('candidate', ({ candidate }) => candidate >= named.candidate.threshold),
    inService: side('inService', ({ inServiceStrong }) => inServiceStrong),
  }
}

function shareOf(rows: readonly HeldOutRow[], holds: (row: HeldOutRow) => boolean): number {
  return rows.filter(holds).length / rows.length
}
