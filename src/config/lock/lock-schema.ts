import { z } from 'zod'
import type { Certificate, CertificateEvidence } from '../../routing/certificate/certificate.ts'
import { certificateKeys, findUnsupported } from '../../routing/certificate/certificate-schema.ts'
import { routerNamePattern } from '../../routing/routers/router.ts'

const routerKeys = {
  router: z
    .string()
    .regex(routerNamePattern, 'must be of the letters a-z, digits, _ and -, because model names carry it'),
  artifact: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
  threshold: z.number().min(0),
}
/** Both, or none: then nothing is promised. */
const promiseKeys = {
  certificate: certificateKeys.certificate.exactOptional(),
  evidence: certificateKeys.evidence.exactOptional(),
}

type Written = {
  readonly certificate?: Certificate | undefined
  readonly evidence?: CertificateEvidence | undefined
}

function checkPromise({ certificate, evidence }: Written, context: z.RefinementCtx): void {
  if (certificate !== undefined && evidence !== undefined)
    for (const { path, message } of findUnsupported({ certificate, evidence }))
      context.addIssue({ code: 'custom', path: [...path], message })
  else if (certificate !== undefined || evidence !== undefined) {
    const [missing, other] =
      certificate === undefined ? ['certificate', 'evidence'] : ['evidence', 'certificate']
    context.addIssue({ code: 'custom', path: [missing], message: `is missing, beside ${other}` })
  }
}

const canarySchema = z
  .strictObject({
    ...routerKeys,
    ...promiseKeys,
    share: z.number().gt(0).lt(1),
    since: z.iso.datetime(),
    sessions: z.int().min(1),
  })
  .superRefine(checkPromise)

const servingKeys = Object.keys(routerKeys) as (keyof typeof routerKeys)[]

/** The keys of the router in service, or `threshold` alone, or none of them; and beside them `canary`. */
const policySchema = z
  .strictObject({
    ...z.strictObject(routerKeys).partial().shape,
    ...promiseKeys,
    canary: canarySchema.optional(),
  })
  .superRefine((policy, context) => {
    const missing = servingKeys.filter((key) => policy[key] === undefined)
    const { certificate, evidence, threshold, canary } = policy
    const hasPromise = certificate !== undefined || evidence !== undefined
    const isAbsent = missing.length === servingKeys.length && !hasPromise
    const isThreshold = missing.length === servingKeys.length - 1 && threshold !== undefined && !hasPromise
    if (isAbsent && canary === undefined)
      context.addIssue({
        code: 'custom',
        message: 'has neither a router nor a threshold nor a canary; remove it',
      })
    else if (!isAbsent && !isThreshold)
      for (const key of missing)
        context.addIssue({ code: 'custom', path: [key], message: 'is missing, beside the other keys' })
    checkPromise(policy, context)
  })

/** `routellm.lock.yaml`, version 1. */
export const lockSchema = z.strictObject({
  version: z.literal(1),
  policies: z.record(z.string(), policySchema),
})

export type WrittenPolicy = z.output<typeof policySchema>
