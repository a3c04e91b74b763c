import { clientKeyHmac, newClientKey } from '../../../../config/client-key.ts'
import { type KeyName, keyNames } from './plan-week.ts'

/** The clients' keys, which the configuration has as HMACs. */
export type WeekKeys = Readonly<Record<KeyName, string>>

export function createWeekKeys(): WeekKeys {
  return Object.fromEntries(keyNames.map((name) => [name, newClientKey()])) as WeekKeys
}

/** `routellm.yaml` of the demonstration. */
export function formatWeekConfiguration(baseUrl: string, keys: WeekKeys): string {
  const limits: Readonly<Record<KeyName, string>> = {
    desk: 'usdPerMonth: 60',
    chat: 'usdPerDay: 0.5, usdPerMonth: 10',
    agent: 'usdPerMonth: 50',
    nightly: 'models: [small], usdPerMonth: 5',
  }
  return `# The demonstration of \`routellm demo\`: a made-up support desk whose models are made up, too.
version: 1
providers:
  made-up: { kind: openai-compatible, baseUrl: "${baseUrl}" }
models:
  large: { provider: made-up, inputUsdPerMillionTokens: 2.5, cacheReadUsdPerMillionTokens: 0.25, outputUsdPerMillionTokens: 10, ${energyOf(250, 400)} }
  medium: { provider: made-up, inputUsdPerMillionTokens: 0.5, cacheReadUsdPerMillionTokens: 0.05, outputUsdPerMillionTokens: 3, ${energyOf(80, 130)} }
  small: { provider: made-up, inputUsdPerMillionTokens: 0.15, cacheReadUsdPerMillionTokens: 0.015, outputUsdPerMillionTokens: 0.6, tags: [batch], ${energyOf(30, 60)} }
policy: { strong: large, weak: small }
policies:
  desk: { kind: pair, strong: large, weak: small, router: mf, strongPercent: 60 }
  agents: { kind: pair, strong: large, weak: medium, router: mf, strongPercent: 40 }
  frugal-agents: { kind: pair, strong: large, weak: medium, router: mf, strongPercent: 15 }
auto: { policy: desk }
experiments:
  frugal-agents:
    control: agents
    treatment: frugal-agents
    share: 0.5
    plannedSessions: 3000
    mostUsdPerSession: 1
    success:
      - { outcome: usd, is: below, limit: 0 }
keys:
${keyNames.map((name) => `  ${name}: { hmac: "${clientKeyHmac(keys[name])}", ${limits[name]} }`).join('\n')}
labels: { perDay: 60 }
learn: { trustedKeys: [desk, chat], policies: [desk] }
store: { path: ./.routellm, text: full }
`
}

function energyOf(low: number, high: number): string {
  return `energy: { wattHoursPerMillionOutputTokens: { low: ${low}, high: ${high} }, source: "made up, as the model is" }`
}
