import { describe, expect, it } from 'vitest'
import { configErrorMessage } from '../../test/support/config-example.ts'
import { clientKeyHmac } from './client-key.ts'
import { parseConfig } from './parse-config.ts'

const hmac = clientKeyHmac('a-key-of-a-client', Buffer.alloc(16, 7))
const models = `
models:
  large: { provider: demo, upstream: demo-strong }
  small: { provider: demo, upstream: demo-weak }
providers: { demo: { kind: demo } }
policy: { strong: large, weak: small }
policies: { plain: { kind: fixed, model: small } }
`

describe('keys and limits', () => {
  it('are read with their defaults', () => {
    const { server } = parseConfig(
      `version: 1${models}
keys:
  web: { hmac: "${hmac}", models: [small, demo/other], policies: [plain], region: eu, tags: [contract],
         requestsPerMinute: 60, tokensPerMinute: 100000, usdPerDay: 5, usdPerMonth: 100 }
  "team@example.com": { hmac: "${hmac}", pacing: false }
limits: { maxInFlight: 256, usdPerDay: 50 }`,
      'routellm.yaml',
    )
    expect(server.keys).toEqual([
      {
        ...{ name: 'web', hmac, models: ['small', 'demo/other'], policies: ['plain'], region: 'eu' },
        ...{ tags: ['contract'], requestsPerMinute: 60, tokensPerMinute: 100_000, usdPerDay: 5 },
        ...{ usdPerMonth: 100, pacing: true },
      },
      { name: 'team@example.com', hmac, pacing: false },
    ])
    expect(server.limits).toEqual({ maxInFlight: 256, usdPerDay: 50, pacing: true })
  })

  it('have a queue with defaults, which needs a limit to wait for', () => {
    const limits = 'limits: { maxInFlight: 1, queue: {} }'
    expect(parseConfig(`version: 1${models}${limits}`, 'routellm.yaml').server.limits).toEqual({
      maxInFlight: 1,
      queue: { size: 100, timeoutMs: 10_000, maxBytes: 67_108_864 },
      pacing: true,
    })
    expect(configErrorMessage(`version: 1${models}limits: { queue: { size: 0 } }`)).toContain(
      'limits.queue.size: 0 is too small: at least 1',
    )
    expect(configErrorMessage(`version: 1${models}limits: { queue: { size: 5 } }`)).toContain(
      'limits.queue: without limits.maxInFlight no request ever waits',
    )
  })

  it('admit clients at any address, as server.clientKeys do', () => {
    const open = `version: 1\nserver: { host: 0.0.0.0, allowedOrigins: ["*"] }${models}`
    expect(configErrorMessage(open)).toContain('server.host: "0.0.0.0" can be reached from other machines')
    expect(parseConfig(`${open}keys: { web: { hmac: "${hmac}" } }`, 'routellm.yaml').server.host).toBe(
      '0.0.0.0',
    )
  })

  it('report all that is wrong with them at once, and show no key', () => {
    const message = configErrorMessage(`version: 1
server: { host: 0.0.0.0 }${models}
keys:
  web: { hmac: rllm-a-secret-in-the-plain, models: [smal, large], policies: [plane], usdPerDai: 5 }
  "two words": { hmac: "${hmac}" }
  low: { hmac: "${hmac}", requestsPerMinute: 0, models: [] }
  bare: { usdPerDay: -1 }
limits: { maxInFlight: 0.5 }`)
    for (const part of [
      'keys.web.hmac: the value (not shown: it may be a key) is not an HMAC',
      '`routellm client-key --name web` makes a key',
      'keys.web.models[0]: no model "smal". Did you mean "small"?',
      'keys.web.policies[0]: no policy "plane". Did you mean "plain"?',
      'keys.web.usdPerDai: unknown key "usdPerDai". Did you mean "usdPerDay"?',
      'keys.two words: the name "two words" must have 1 to 100 letters',
      'keys.low.requestsPerMinute: 0 is too small: at least 1',
      'keys.low.models: [] is too small: at least 1',
      'keys.bare.hmac: missing',
      'keys.bare.usdPerDay: -1 is too small: at least 0',
      'limits.maxInFlight: 0.5 does not fit',
    ])
      expect(message).toContain(part)
    expect(message).not.toContain('rllm-a-secret')
    expect(message).not.toContain('server.host')
  })
})
