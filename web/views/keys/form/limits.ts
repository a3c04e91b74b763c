import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'

/** What the fields of the form have. */
export type Limits = {
  readonly requestsPerMinute: string
  readonly tokensPerMinute: string
  readonly usdPerDay: string
  readonly usdPerMonth: string
  readonly pacing: boolean
  readonly models: readonly string[]
  readonly policies: readonly string[]
  readonly region: string
  readonly tags: string
}

export type NumberName = 'requestsPerMinute' | 'tokensPerMinute' | 'usdPerDay' | 'usdPerMonth'
export const numberNames: readonly NumberName[] = [
  'usdPerDay',
  'usdPerMonth',
  'requestsPerMinute',
  'tokensPerMinute',
]

export function toLimits(key: ManagedKey | null): Limits {
  const text = (name: NumberName) => (key?.[name] === undefined ? '' : String(key[name]))
  return {
    requestsPerMinute: text('requestsPerMinute'),
    tokensPerMinute: text('tokensPerMinute'),
    usdPerDay: text('usdPerDay'),
    usdPerMonth: text('usdPerMonth'),
    pacing: key?.pacing ?? true,
    models: key?.models ?? [],
    policies: key?.policies ?? [],
    region: key?.region ?? '',
    tags: (key?.tags ?? []).join(', '),
  }
}

/** The settings of the API: what is empty is not limited. A text that is no number is sent as it is, and refused there. */
export function toSettings(limits: Limits): Readonly<Record<string, unknown>> {
  const tags = limits.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const region = limits.region.trim()
  const numbers = numberNames.flatMap((name) => {
    const text = limits[name].replaceAll(/[$\s]/g, '')
    const number = Number(text)
    return text === '' ? [] : [[name, Number.isNaN(number) ? text : number] as const]
  })
  return {
    ...Object.fromEntries(numbers),
    pacing: limits.pacing,
    ...(limits.models.length > 0 && { models: limits.models }),
    ...(limits.policies.length > 0 && { policies: limits.policies }),
    ...(region !== '' && { region }),
    ...(tags.length > 0 && { tags }),
  }
}

/** `$0.01`, `$12.50`: as it was given, with two digits after the point at least. */
export function formatLimitUsd(usd: number): string {
  return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 9 })}`
}

/** What a key is limited to, a line each; empty: nothing. */
export function describeLimits(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const number = (name: NumberName) => {
    const value = settings[name]
    return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 6 }) : null
  }
  const list = (name: string) => {
    const value = settings[name]
    return Array.isArray(value) && value.length > 0 ? value.join(', ') : null
  }
  const dollars = (name: NumberName) => {
    const value = settings[name]
    return typeof value === 'number' ? formatLimitUsd(value) : null
  }
  const { pacing, region } = settings
  const [day, month] = [dollars('usdPerDay'), dollars('usdPerMonth')]
  const [requests, tokens] = [number('requestsPerMinute'), number('tokensPerMinute')]
  const lines = [
    day !== null && `${day} a day`,
    month !== null && `${month} a month`,
    requests !== null && `${requests} requests a minute`,
    tokens !== null && `${tokens} tokens a minute`,
    (day !== null || month !== null) &&
      (pacing === false
        ? 'not paced'
        : 'paced: fewer requests go to strong models while it is spent faster than evenly'),
    list('models') !== null && `models: ${list('models')}`,
    list('policies') !== null && `policies: ${list('policies')}`,
    typeof region === 'string' && `region: ${region}`,
    list('tags') !== null && `tags: ${list('tags')}`,
  ]
  return lines.filter((line): line is string => line !== false)
}
