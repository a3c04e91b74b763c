import {
  type KeyLimitName,
  keyLimitNames,
  parseKeyLimit,
} from '../../../../src/config/key-fields/key-limit.ts'
import { labelPattern } from '../../../../src/config/key-fields/label-pattern.ts'
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

/** What is wrong with a field, by its name. */
export type LimitProblems = Partial<Readonly<Record<KeyLimitName | 'region', string>>>

export type ParsedLimits = {
  /** The settings of the API: what is empty is not limited. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Without problems the settings are those of all fields. */
  readonly problems: LimitProblems
}

export function toLimits(key: ManagedKey | null): Limits {
  const text = (name: KeyLimitName) => (key?.[name] === undefined ? '' : String(key[name]))
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

export function parseLimits(limits: Limits): ParsedLimits {
  const tags = limits.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const region = limits.region.trim()
  const numbers = keyLimitNames.map((name) => ({ name, ...parseKeyLimit(name, limits[name]) }))
  const problems = numbers.flatMap((each) => (each.kind === 'problem' ? [[each.name, each.problem]] : []))
  if (region !== '' && !labelPattern.test(region))
    problems.push(['region', 'must have no comma: one region only'])
  const settings = {
    ...Object.fromEntries(
      numbers.flatMap((each) => (each.kind === 'limit' ? [[each.name, each.limit]] : [])),
    ),
    pacing: limits.pacing,
    ...(limits.models.length > 0 && { models: limits.models }),
    ...(limits.policies.length > 0 && { policies: limits.policies }),
    ...(region !== '' && { region }),
    ...(tags.length > 0 && { tags }),
  }
  return { settings, problems: Object.fromEntries(problems) }
}

/** `$0.01`, `$12.50`: as it was given, with two digits after the point at least. */
export function formatLimitUsd(usd: number): string {
  return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 9 })}`
}

/** What a key is limited to, a line each; empty: nothing. */
export function describeLimits(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const number = (name: KeyLimitName) => {
    const value = settings[name]
    return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 6 }) : null
  }
  const list = (name: string) => {
    const value = settings[name]
    return Array.isArray(value) && value.length > 0 ? value.join(', ') : null
  }
  const dollars = (name: KeyLimitName) => {
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
