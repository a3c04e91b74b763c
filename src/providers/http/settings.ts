import { z } from 'zod'
import type { SettingProblem } from '../../base/settings/problem.ts'
import { httpUrl, milliseconds } from '../../base/settings/schema.ts'
import {
  environmentName,
  findHeaderProblem,
  keyInFile,
  keyInsteadOfName,
  looksLikeKey,
} from '../../base/settings/secrets.ts'
import { defaultLimits } from './limits.ts'

export const baseUrl = httpUrl

export const apiKeyEnv = environmentName.describe(
  'Name of the environment variable that holds the key. Without it no key is sent.',
)

export const requireDone = z
  .boolean()
  .default(true)
  .describe(
    'Whether an event stream that only the closed connection ends must end with `data: [DONE]`. Without it the client gets an error.',
  )

/** The settings of every kind of provider that is called over HTTP. */
export const httpSettings = {
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers to send with every request. Never a key.'),
  passThrough: z
    .boolean()
    .default(false)
    .describe(
      "Whether the client's own credential is sent in place of the provider's key. It is never stored or logged. If the gateway has client keys, a client that sends its own credential names the gateway's key in `x-routellm-key`.",
    ),
  endpoints: z
    .array(
      z.strictObject({
        baseUrl: httpUrl.exactOptional().describe('Default: that of the provider.'),
        apiKeyEnv: environmentName.exactOptional().describe('Default: that of the provider.'),
      }),
    )
    .max(16)
    .exactOptional()
    .describe(
      'Further addresses or keys that serve the same models. Each request goes to the less busy of two that are drawn at random; one that fails five times in a row gets none for a while, and one that answers 429 none of the model for as long as it asks.',
    ),
  retries: z
    .int()
    .min(0)
    .max(3)
    .default(0)
    .describe(
      'How often the same model is asked again after a failure, before the next candidate is. Waits up to 250 ms, 500 ms and 1 s, or as long as the upstream asks for if that is at most 8 s. 0, because the official clients ask again by themselves, and both together multiply.',
    ),
  connectTimeoutMs: milliseconds.default(10_000).describe('Limit for the connection to be made.'),
  headersTimeoutMs: milliseconds
    .default(defaultLimits.headersTimeoutMs)
    .describe('Limit for the head of the reply. A model that does not stream sends it when it is done.'),
  firstTokenTimeoutMs: milliseconds
    .default(defaultLimits.firstTokenTimeoutMs)
    .describe('Limit for the first content of the reply. Comments, pings and blank lines do not count.'),
  idleTimeoutMs: milliseconds
    .default(defaultLimits.idleTimeoutMs)
    .describe('Limit between two pieces of content, in which comments and pings do not count either.'),
  totalTimeoutMs: milliseconds
    .default(defaultLimits.totalTimeoutMs)
    .describe('Limit from the request until the end of the reply.'),
  maxConnections: z.int().min(1).default(1024).describe('Connections to this provider at once.'),
}

type CheckedSettings = {
  readonly apiKeyEnv?: string
  readonly headers: Readonly<Record<string, string>>
}

/** Keys in the file, and headers that no request can carry. */
export function checkHttpSettings({ apiKeyEnv: variable, headers }: CheckedSettings): SettingProblem[] {
  const problems: SettingProblem[] = []
  if (variable !== undefined && looksLikeKey(variable))
    problems.push({ path: ['apiKeyEnv'], message: keyInsteadOfName })
  for (const [name, value] of Object.entries(headers))
    if (/^(authorization|api-key|x-api-key|cookie)$/i.test(name) || looksLikeKey(value))
      problems.push({ path: ['headers', name], message: keyInFile })
    else {
      const message = findHeaderProblem(name, value)
      if (message !== null) problems.push({ path: ['headers', name], message })
    }
  return problems
}
