import { z } from 'zod'

/** What a server can raise an alert about. */
export const alertEvents = ['budget', 'drift', 'errors', 'certificate', 'canary', 'learn'] as const

const httpUrl = z.string().refine(isHttpUrl, { error: 'must be a URL that begins with http:// or https://' })

/** `AlertsConfig`, key by key. */
export const alertsSchema = z.strictObject({
  webhooks: z
    .array(
      z.strictObject({
        url: httpUrl.describe('Where alerts are sent, with POST. Redirects are not followed.'),
        secretEnv: z
          .string()
          .min(1)
          .optional()
          .describe(
            'Environment variable with the secret that deliveries are signed with. Absent: they are not signed.',
          ),
        events: z
          .array(z.enum(alertEvents))
          .min(1)
          .default([...alertEvents])
          .describe('Which alerts it gets. Default: all.'),
      }),
    )
    .min(1)
    .describe('Receivers of alerts.'),
  budgetPercents: z
    .array(z.number().min(1).max(100))
    .default([80, 100])
    .describe('Percents of a dollar budget at which `budget` is raised, once a day or month each.'),
  errorRate: z
    .strictObject({
      above: z.number().min(0.001).max(1).default(0.05).describe('Share of requests with a status from 500.'),
      minutes: z.int().min(1).max(1440).default(5).describe('The span of time that is looked at.'),
      leastRequests: z.int().min(1).default(20).describe('With fewer requests in it nothing is raised.'),
    })
    .prefault({}),
  certificateDays: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .describe('Days before the end of a certificate from which `certificate` is raised.'),
})

export const telemetrySchema = z.strictObject({
  openTelemetry: z
    .boolean()
    .default(false)
    .describe('Whether each request is a span of the OpenTelemetry SDK that the process was started with.'),
  text: z
    .boolean()
    .default(false)
    .describe('Whether spans carry prompts and answers. They may be confidential.'),
})

export const metricsSchema = z.strictObject({
  module: z
    .string()
    .min(1)
    .optional()
    .describe('A module of your own metrics, relative to this file: a function of each finished request.'),
})

function isHttpUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}
