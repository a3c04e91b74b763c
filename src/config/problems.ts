import type { z } from 'zod'
import { nearestHint } from '../base/settings/nearest-name.ts'
import type { SettingProblem } from '../base/settings/problem.ts'
import { redactUrl } from '../base/settings/redact.ts'
import { looksLikeKey } from '../base/settings/secrets.ts'
import { toDisplayText } from '../base/text/display.ts'
import { ConfigError } from '../errors.ts'
import { descriptionAt, knownKeysAt, knownValuesAt } from './schema/json-schema.ts'

/** Something wrong at a path of the file. */
export type Problem = SettingProblem

/** Nobody reads more at once, and each costs a search for its line and for a similar name. */
const mostShown = 50
/** Of more problems these are put in order. */
const mostPlaced = 500

/** Where problems are reported. */
export type ProblemPlaces = {
  readonly source: string
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/**
 * One error for all problems of a file, a line each, in the order of the file: `file:line: path: message`. Those beyond the
 * first 50 are counted.
 */
export function configError(
  problems: readonly Problem[],
  { source, lineOf }: ProblemPlaces,
  code: 'invalid-config' | 'invalid-keys' | 'invalid-lock' = 'invalid-config',
): ConfigError {
  // Those without a message are only counted.
  const placed = problems
    .filter(({ message }) => message !== '')
    .slice(0, mostPlaced)
    .map((problem) => ({ problem, line: lineOf(problem.path) }))
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0))
  const lines = placed.map(({ problem, line }) => {
    const place = line === undefined ? source : `${source}:${line}`
    return problem.path.length === 0
      ? `${place}: ${problem.message}`
      : `${place}: ${dotted(problem.path)}: ${problem.message}`
  })
  const distinct = [...new Set(lines)]
  const shown = distinct.slice(0, mostShown)
  const more = problems.length - placed.length + distinct.length - shown.length
  if (more > 0) shown.push(`${source}: and ${more} more problems`)
  const param = placed[0] === undefined ? '' : dotted(placed[0].problem.path)
  return new ConfigError(code, shown.join('\n'), { param })
}

/**
 * Zod's problems, in this project's wording and with the offending values.
 *
 * @param schema what refused `value`.
 */
export function problemsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  schema: z.ZodType,
): Problem[] {
  const problems: Problem[] = []
  for (const issue of issues.flatMap(expandUnion)) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
    for (const key of keys) {
      // A problem that is not shown is only counted.
      if (problems.length >= mostShown) problems.push({ path: issue.path, message: '' })
      else if (key === undefined) problems.push(problemOfIssue(issue, value, schema))
      else problems.push(unknownKey(issue.path, key, schema))
    }
  }
  return problems
}

/**
 * For a union, the issues of the alternative that has the value's type: those of the mapping for a mapping. Others as they
 * are.
 */
export function expandUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const alternative = issue.errors.find((errors) =>
    errors.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  )
  return alternative?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue]
}

function problemOfIssue(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): Problem {
  const { path } = issue
  const given = valueAt(value, path)
  if (given === undefined) {
    const description = descriptionAt(path, valueAt(value, [...path.slice(0, -1), 'kind']), schema)
    const help = description === undefined ? '' : `. ${description}`
    return { path, message: `missing; ${expectation(issue, schema)}${help}` }
  }
  return { path, message: `${shown(given, path)} ${refusal(issue, schema)}` }
}

/** A value for a message: short, and never one that may be a key. */
export function shown(value: unknown, path: readonly PropertyKey[]): string {
  // The settings of one of `keys` are no secrets, but for its HMAC, which may be a key by mistake.
  const names = path[0] === 'keys' && path.length > 2 ? path.slice(2) : path
  const isSecret = names.some((step) => isSecretName(String(step)))
  const isPlain = value === null || typeof value === 'number' || typeof value === 'boolean'
  if (!isPlain && (isSecret || mayHoldKey(value))) return 'the value (not shown: it may be a key)'
  const text = redactUrl(JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** `contextTokens` and prices of tokens are numbers. */
function isSecretName(name: string): boolean {
  return (
    /key(?!word)|hmac|header|token|secret|password/i.test(name) &&
    !/(?:context|input|output|million)tokens$/i.test(name)
  )
}

/** Whether a text in the value, or in what it contains, looks like a key, or is under a name of one. */
function mayHoldKey(value: unknown): boolean {
  const text = JSON.stringify(value) ?? ''
  const isLong = text.length > longestSearchedValue
  return (
    isLong ||
    text.split('"').some(looksLikeKey) ||
    /"[^"]*(?:key|token|secret|password|authorization)[^"]*":/i.test(text)
  )
}

const longestSearchedValue = 10_000

function unknownKey(path: readonly PropertyKey[], key: string, schema: z.ZodType): Problem {
  const at = [...path, key]
  if (/^(api_?key|token|secret|password)$/i.test(key))
    return {
      path: at,
      message: `keys are never in this file; put the key in an environment variable and its name here: apiKeyEnv: ${variableName(path)}`,
    }
  return {
    path: at,
    message: `unknown key "${toDisplayText(key, 60)}".${nearestHint(key, knownKeysAt(path, schema))}`,
  }
}

function variableName(path: readonly PropertyKey[]): string {
  const owner = path[0] === 'providers' && path[1] !== undefined ? String(path[1]) : 'OPENAI'
  return `${owner.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`
}

function expectation(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `expected ${choices(issue.values)}`
    case 'invalid_union':
      return `expected ${choices(knownValuesAt(issue.path, schema))}${knownKeysAt(issue.path, schema).length === 0 ? '' : ' or a mapping'}`
    default:
      return issue.message
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  boolean: 'true or false',
  record: 'a mapping',
  object: 'a mapping',
  array: 'a list',
}

function choices(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'bigint' ? value : JSON.stringify(value))).join(' or ')
}

function refusal(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
      return `does not fit: ${expectation(issue, schema)}`
    case 'too_small':
      return `is too small: ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return `is too large: ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_key':
      return `has a name that does not fit: ${issue.issues[0]?.message ?? issue.message}`
    default:
      return issue.message
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Object.hasOwn(current, step) ? Reflect.get(current, step) : undefined
  }
  return current
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('')
}
