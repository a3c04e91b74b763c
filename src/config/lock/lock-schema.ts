import { z } from 'zod'
import { certificateKeys, findUnsupported } from '../../routing/certificate/certificate-schema.ts'
import { routerNamePattern } from '../../routing/routers/router.ts'

const routerKeys = {
  router: z
    .string()
    .regex(routerNamePattern, 'must be of the letters a-z, digits, _ and -, because model names carry it'),
  artifact: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
  threshold: z.number().min(0),
  ...certificateKeys,
}

const canarySchema = z
  .strictObject({
    ...routerKeys,
    share: z.number().gt(0).lt(1),
    since: z.iso.datetime(),
    sessions: z.int().min(1),
  })
  .superRefine((canary, context) => {
    for (const { path, message } of findUnsupported(canary))
      context.addIssue({ code: 'custom', path: [...path], message })
  })

const servingKeys = Object.keys(routerKeys) as (keyof typeof routerKeys)[]

/** The keys of the router in service, all or none, and beside them `canary`. */
const policySchema = z
  .strictObject({ ...z.strictObject(routerKeys).partial().shape, canary: canarySchema.optional() })
  .superRefine((policy, context) => {
    const missing = servingKeys.filter((key) => policy[key] === undefined)
    if (missing.length === servingKeys.length && policy.canary === undefined)
      context.addIssue({ code: 'custom', message: 'has neither a router nor a canary; remove it' })
    else if (missing.length > 0 && missing.length < servingKeys.length)
      for (const key of missing)
        context.addIssue({ code: 'custom', path: [key], message: 'is missing, beside the other keys' })
    const { certificate, evidence } = policy
    if (certificate === undefined || evidence === undefined) return
    for (const { path, message } of findUnsupported({ certificate, evidence }))
      context.addIssue({ code: 'custom', path: [...path], message })
  })

/** `routellm.lock.yaml`, version 1. */
export const lockSchema = z.strictObject({
  version: z.literal(1),
  policies: z.record(z.string(), policySchema),
})

export type WrittenPolicy = z.output<typeof policySchema>
