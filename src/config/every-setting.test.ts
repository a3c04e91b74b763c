import { describe, expect, it } from 'vitest'
import { configErrorMessage } from '../../test/support/config-example.ts'
import { configJsonSchema, type JsonSchema } from './schema/json-schema.ts'

type Path = readonly string[]

/** A setting, and the entry that holds it with what else the entry needs. */
type Setting = { readonly path: Path; readonly schema: JsonSchema; readonly around: readonly Around[] }

/** Settings beside one, so that a branch of the schema applies. */
type Around = { readonly path: Path; readonly values: Readonly<Record<string, unknown>> }

/** A setting with a value that it does not take. */
type Case = Setting & { readonly value: unknown }

/** Every setting of the schema. Each one of a named entry gets an entry of its own, so that many can be wrong at once. */
function settingsOf(schema: JsonSchema, path: Path, around: readonly Around[]): Setting[] {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(
    ({ properties, additionalProperties }) => properties !== undefined || additionalProperties !== undefined,
  )
  const named = schema.additionalProperties
  return [
    ...(path.length === 0 ? [] : [{ path, schema, around }]),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
      settingsOf(child, [...path, key], [...around, { path, values: requiredOf(schema, key) }]),
    ),
    ...(typeof named === 'object' ? settingsOf(named, [...path, entryName], around) : []),
    ...branches.flatMap((branch) => settingsOf(branch, path, around).slice(1)),
  ]
}

/** Is replaced by a name of its own for each case. */
const entryName = '<name>'

function requiredOf({ required = [], properties = {} }: JsonSchema, but: string): Record<string, unknown> {
  return Object.fromEntries(
    required.filter((key) => key !== but).map((key) => [key, sampleOf(properties[key] ?? {}, key)]),
  )
}

function sampleOf(schema: JsonSchema, key: string): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (key === 'baseUrl') return 'http://127.0.0.1:1/v1'
  if (schema.type === 'array') return ['x', 'y']
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 1
  return schema.type === 'boolean' ? true : 'x'
}

/** Values that the schema does not take: of another type, of no known name, and out of range. */
function wrongValuesOf(schema: JsonSchema): unknown[] {
  if (schema.const !== undefined || schema.enum !== undefined) return ['no-such-value', 3.25]
  switch (schema.type) {
    case 'string':
      return [3.25, ['x']]
    case 'boolean':
      return ['maybe', 3.25]
    case 'array':
      return [3.25, 'x'].slice(0, 1)
    case 'object':
      return [3.25, 'x']
    case 'number':
    case 'integer': {
      const { minimum, maximum } = schema
      const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      return [
        'many',
        ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? [] : [minimum - 1]),
        ...(isBounded ? [maximum + 1] : []),
        ...(schema.type === 'integer' ? [Math.max(0, minimum ?? 0) + 0.5] : []),
      ]
    }
    default:
      return []
  }
}

function casesOf(settings: readonly Setting[]): Case[] {
  return settings.flatMap((setting) => {
    const { schema } = setting
    const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
    const values = branches.length === 0 ? wrongValuesOf(schema) : [[3.25]]
    const unknown =
      schema.properties === undefined
        ? []
        : [{ ...setting, path: [...setting.path, 'unknwn'], value: 3.25, around: entryOf(setting) }]
    return [...values.map((value) => ({ ...setting, value })), ...unknown]
  })
}

function entryOf({ path, schema, around }: Setting): readonly Around[] {
  return [...around, { path, values: requiredOf(schema, '') }]
}

const base = {
  version: 1,
  providers: { up: { kind: 'demo' } },
  models: { x: { provider: 'up', upstream: 'x' }, y: { provider: 'up', upstream: 'y' } },
  routers: { mf: {} },
  policy: { kind: 'pair', strong: 'x', weak: 'y' },
}

/** A file that has all of the cases; cases of one setting must not be in one file. */
function fileOf(cases: readonly Case[]): { readonly text: string; readonly paths: readonly Path[] } {
  const file: Record<string, unknown> = structuredClone(base)
  const paths = cases.map(({ path, around, value }, index) => {
    const own = (each: Path) => each.map((step) => (step === entryName ? `case-${index}` : step))
    for (const { path: place, values } of around) {
      const holder = objectAt(file, own(place))
      for (const [key, sample] of Object.entries(values)) holder[key] ??= sample
    }
    const place = own(path)
    objectAt(file, place.slice(0, -1))[place.at(-1)!] = value
    return place
  })
  return { text: JSON.stringify(file, null, 1), paths }
}

function objectAt(file: Record<string, unknown>, path: Path): Record<string, unknown> {
  let at = file
  for (const step of path) {
    if (typeof at[step] !== 'object' || at[step] === null) at[step] = {}
    at = at[step] as Record<string, unknown>
  }
  return at
}

const settings = settingsOf(configJsonSchema(), [], [])
const cases = casesOf(settings)

/** Files with at most 20 cases each: a message shows 50 problems, and some cases have consequences. Of two cases within each other one comes later. */
function filesOf(all: readonly Case[]): Case[][] {
  const files: Case[][] = []
  const isWithin = (one: Case, other: Case) =>
    !one.path.includes(entryName) && one.path.every((step, index) => other.path[index] === step)
  for (const each of all) {
    const free = files.find(
      (file) => file.length < 20 && !file.some((other) => isWithin(each, other) || isWithin(other, each)),
    )
    if (free === undefined) files.push([each])
    else free.push(each)
  }
  return files
}

const saysWhatIsAllowed =
  /does not fit: \S|at least|at most|more than|less than|unknown key "unknwn"|missing; expected|expected |must |`routellm client-key|no (?:model|policy|router|provider) "|never in this file|HMAC/

describe('every setting of the schema', () => {
  it('is among the cases', () => {
    expect(settings.length).toBeGreaterThan(150)
    expect(cases.length).toBeGreaterThan(300)
    for (const section of [
      'server',
      'providers',
      'models',
      'routers',
      'policies',
      'keys',
      'limits',
      'sessions',
    ])
      expect(settings.some(({ path }) => path[0] === section && path.length > 1)).toBe(true)
  })

  it.each(filesOf(cases).map((file, index) => [index, file] as const))(
    'that is wrong is reported in one run with all others, with its path, its value and what is allowed: file %i',
    (_index, file) => {
      const { text, paths } = fileOf(file)
      const lines = configErrorMessage(text).split('\n')
      const problems: string[] = []
      for (const [index, path] of paths.entries()) {
        const dotted = path.join('.')
        const line = lines.find((each) =>
          new RegExp(`^routellm\\.yaml:\\d+: ${dotted.replaceAll('.', '\\.')}(?:\\[\\d\\])?: `).test(each),
        )
        const value = JSON.stringify(file[index]!.value)
        if (line === undefined) problems.push(`${dotted} = ${value}: not reported`)
        else if (!line.includes(value.slice(0, 50)) && !/not shown|unknown key/.test(line))
          problems.push(`${dotted} = ${value}: no value in: ${line}`)
        else if (!saysWhatIsAllowed.test(line))
          problems.push(`${dotted} = ${value}: not what is allowed: ${line}`)
      }
      expect(problems).toEqual([])
    },
  )
})

it('every reference to a name that does not exist is reported in one run, with the names that there are', () => {
  const secret = 'sk-live-0123456789abcdef0123456789abcdef'
  const pair = { kind: 'pair', strong: 'x', weak: 'y', router: 'mf' }
  const message = configErrorMessage(
    JSON.stringify({
      ...base,
      models: { ...base.models, z: { provider: 'upp', upstream: 'z' } },
      policy: { kind: 'pair', strong: 'xx', weak: 'yy' },
      policies: {
        one: { ...pair, strong: 'xx', weak: 'yy', router: 'mff' },
        two: { kind: 'fixed', model: 'xx' },
        three: { kind: 'utility', weights: { quality: 1 }, candidates: ['xx', 'yy'] },
      },
      auto: { policy: 'onne' },
      keys: { web: { hmac: secret, models: ['xx'], policies: ['onne'] } },
      limits: { queue: {} },
    }),
  )
  const hints: Readonly<Record<string, string>> = {
    'models.z.provider': 'no provider "upp". Did you mean "up"?',
    'policy.strong': 'no model "xx". Did you mean "x"?',
    'policy.weak': 'no model "yy". Did you mean "y"?',
    'policies.one.strong': 'no model "xx"',
    'policies.one.weak': 'no model "yy"',
    'policies.one.router': 'no router "mff". Did you mean "mf"?',
    'policies.two.model': 'no model "xx"',
    'policies.three.candidates[0]': 'no model "xx"',
    'policies.three.candidates[1]': 'no model "yy"',
    'auto.policy': 'no policy "onne". Did you mean "one"?',
    'keys.web.hmac': 'the value (not shown: it may be a key) is not an HMAC',
    'keys.web.models[0]': 'no model "xx"',
    'keys.web.policies[0]': 'no policy "onne". Did you mean "one"?',
    'limits.queue': 'without limits.maxInFlight no request ever waits',
  }
  for (const [path, hint] of Object.entries(hints)) expect(message).toContain(`${path}: ${hint}`)
  expect(message).not.toContain(secret)
})
