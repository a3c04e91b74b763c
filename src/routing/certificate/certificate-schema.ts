import { z } from 'zod'
import type { SettingProblem } from '../../base/settings/problem.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { Certificate, CertificateEvidence } from './certificate.ts'

const fraction = z.number().gt(0).lt(1)
const share = z.number().min(0).max(1)

/** The two keys of a lock file's policy that say what is promised of it, and why. */
export const certificateKeys = {
  certificate: z.strictObject({
    maxLoss: fraction,
    confidence: fraction,
    labels: z.int().min(1),
    validUntil: z.iso.date(),
  }) satisfies z.ZodType<Certificate>,
  evidence: z.strictObject({
    against: z.string().min(1),
    apgr: z.number().nullable(),
    lossBound: share.exactOptional(),
    lost: z.int().min(0).exactOptional(),
    strongCallFraction: share.exactOptional(),
    comparedSessions: z.int().min(1).exactOptional(),
  }) satisfies z.ZodType<CertificateEvidence>,
}

export type Certified = { readonly certificate: Certificate; readonly evidence: CertificateEvidence }

/** What of a certificate its evidence does not support. */
export function findUnsupported({ certificate, evidence }: Certified): SettingProblem[] {
  const problems: SettingProblem[] = []
  if ((evidence.lossBound ?? 0) > certificate.maxLoss)
    problems.push({
      path: ['evidence', 'lossBound'],
      message: 'must be at most `maxLoss`, or the labels do not support the promise',
    })
  if ((evidence.lost ?? 0) > certificate.labels)
    problems.push({ path: ['evidence', 'lost'], message: 'must be at most `labels`' })
  return problems
}

const certifiedSchema = z.strictObject(certificateKeys).superRefine((certified, context) => {
  for (const { path, message } of findUnsupported(certified))
    context.addIssue({ code: 'custom', path: [...path], message })
})

/** @throws `InvalidRequestError` (`invalid-certificate`) that names every key at fault. */
export function parseCertificate(value: unknown): Certified {
  const parsed = certifiedSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`,
  )
  throw new InvalidRequestError(
    'invalid-certificate',
    `The certificate cannot be used. ${faults.join('; ')}. Make a new one rather than editing it.`,
  )
}
