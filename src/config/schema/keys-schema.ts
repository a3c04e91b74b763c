import { z } from 'zod'
import { maxTimerMs } from '../../base/settings/schema.ts'
import { label } from './label.ts'

const perMinute = z.int().min(1)
const usd = z.number().min(0)
const pacing = z
  .boolean()
  .default(true)
  .describe(
    'Whether policies send fewer requests to strong models while the dollars are spent faster than evenly over the day or the month, so that they last. If false, requests are decided as usual until nothing is left.',
  )

/** One entry of `keys`. */
export const keySchema = z.strictObject({
  hmac: z
    .string()
    .describe('HMAC of the key that the client presents, as `routellm client-key --name <name>` prints it.'),
  models: z
    .array(z.string())
    .min(1)
    .exactOptional()
    .describe(
      'The models that may answer: keys of `models`, or `provider/upstream name`. Other candidates of a policy are left out. Default: all.',
    ),
  policies: z
    .array(z.string())
    .exactOptional()
    .describe(
      'The policies that requests may name, or that `auto` stands for; then no `router-…`, and a model by its own name only if `models` has it. Default: all policies and routers.',
    ),
  region: label.exactOptional().describe('The region that every request of the key demands.'),
  tags: z.array(label).exactOptional().describe('Tags that every request of the key demands.'),
  requestsPerMinute: perMinute.exactOptional().describe('Requests within any 60 seconds, at most.'),
  tokensPerMinute: perMinute
    .exactOptional()
    .describe('Tokens of prompts and replies within any 60 seconds, at most.'),
  usdPerDay: usd
    .exactOptional()
    .describe('Dollars a day of UTC, at most. Models without a price are refused.'),
  usdPerMonth: usd
    .exactOptional()
    .describe('Dollars a month of UTC, at most. Models without a price are refused.'),
  pacing,
})

const queueSchema = z.strictObject({
  size: z.int().min(1).default(100).describe('Requests that wait at once, at most.'),
  timeoutMs: z
    .int()
    .min(1)
    .max(maxTimerMs)
    .default(10_000)
    .describe('How long a request waits, at most; then it gets 429 `overloaded`.'),
  maxBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024)
    .describe('Bytes of the bodies that wait, at most, all together.'),
})

export const limitsSchema = z.strictObject({
  maxInFlight: z
    .int()
    .min(1)
    .exactOptional()
    .describe(
      'Requests being answered at once, at most; further ones wait in `queue`, or get 429 `overloaded` without one. Default: no limit.',
    ),
  queue: queueSchema
    .exactOptional()
    .describe(
      'Where requests wait for their turn while `maxInFlight` others are answered. Default: nothing waits.',
    ),
  usdPerDay: usd
    .exactOptional()
    .describe('Dollars of all requests a day of UTC, at most. Models without a price are refused.'),
  pacing,
})
