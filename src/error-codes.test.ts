import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as sections from './error-codes.ts'
import { RouterError } from './errors.ts'

const codes = Object.values(sections).flatMap((section) => Object.keys(section))
const reserved = Object.keys(sections.reservedCodes)
const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'error-codes.ts')
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
/** The codes of every `new …Error('code', …)`; FineTuningCallError begins with something else. */
const thrown = sources.flatMap((source) =>
  [...source.matchAll(/new (?!FineTuningCall)\w+Error\(\s*'([a-z0-9-]+)',/g)].map(([, code = '']) => code),
)

describe('the table of error codes', () => {
  it('has each code once, in kebab-case', () => {
    expect(codes.toSorted()).toEqual([...new Set(codes)].toSorted())
    for (const code of codes) expect(code).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
  })

  it('has every code that src/ throws', () => {
    expect(thrown.length).toBeGreaterThan(200)
    expect(thrown.filter((code) => !codes.includes(code))).toEqual([])
  })

  it('has no code that src/ never names, apart from the reserved ones', () => {
    const named = (code: string) => sources.some((source) => source.includes(`'${code}'`))
    expect(codes.filter((code) => !reserved.includes(code) && !named(code))).toEqual([])
    expect(reserved.filter((code) => thrown.includes(code))).toEqual([])
  })

  it('gives each code a status that is an error and a meaning that is a sentence', () => {
    for (const section of Object.values(sections)) {
      for (const row of Object.values(section)) {
        const [status, meaning] = typeof row === 'string' ? [500, row] : row
        expect(status).toBeGreaterThanOrEqual(400)
        expect(meaning).toMatch(/^[A-Z`].*\.$/)
      }
    }
  })

  it('has every code of the published HTTP interface, with its status', () => {
    const published: Readonly<Record<number, readonly string[]>> = {
      400: [
        ...['bad_json', 'bad_model_name', 'bad_threshold', 'unknown_router', 'unknown_policy'],
        ...['router_not_supported', 'no_candidate', 'not_translatable'],
      ],
      401: ['invalid_api_key', 'admin_token_required'],
      403: ['foreign_origin', 'foreign_host', 'not_allowed'],
      404: ['model_not_found', 'unknown_request'],
      413: ['body_too_large'],
      415: ['unsupported_encoding'],
      429: ['rate_limit_exceeded', 'budget_exceeded', 'overloaded'],
      502: ['upstream_unreachable'],
      503: ['shutting_down'],
      504: ['upstream_timeout'],
    }
    const table: Readonly<Record<string, readonly [number, string]>> = {
      ...sections.gatewayCodes,
      ...sections.reservedCodes,
    }
    for (const [status, names] of Object.entries(published))
      for (const name of names)
        expect([name, table[name.replaceAll('_', '-')]?.[0]]).toEqual([name, Number(status)])
  })
})

it('the type of a code refuses a typo and allows the codes of other packages', () => {
  expect(new RouterError('x-quota-used-up', 'The quota is used up.').code).toBe('x-quota-used-up')
  // @ts-expect-error: not in the table
  expect(new RouterError('router-timeuot', 'Too late.').code).toBe('router-timeuot')
})
