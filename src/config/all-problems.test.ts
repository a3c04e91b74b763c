import { describe, expect, it } from 'vitest'
import { ConfigError } from '../errors.ts'
import { parseCheckedConfig, parseConfig } from './parse-config.ts'

const text = `version: 1
server: { prot: 1, port: sixty }
providers:
  up: { kind: openai-compatible, baseUrl: localhost, apiKeyEnv: UP_KEY }
  local: { kind: openai-compatible, baseUrl: http://127.0.0.1:1/v1, timeout: 3 }
models:
  large: { provider: up, price: 3 }
  small: { provider: loca }
  tiny: { upstream: x }
routers:
  mf: { epochs: 3 }
  My: { kind: random }
policy: { kind: pair, strong: large, weak: smal }
policies:
  halves: { kind: pair, strong: large, weak: tiny, router: mff, strongPercent: 500 }
  other: { kind: pair, strong: large, weak: tiny, router: mff }
auto: { policy: halfs }
`

function linesOf(parse: () => unknown): string[] {
  try {
    parse()
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('all that is wrong with a file', () => {
  it('comes at once, in the order of its lines: shapes, names, settings and what the command needs', () => {
    const findProblems = () => [{ path: ['routers', 'My', 'artifact'], message: 'there is no folder x' }]
    const lines = linesOf(() => parseCheckedConfig(text, 'f.yaml', { findProblems }))
    const expected = [
      'f.yaml:2: server.port: "sixty"',
      'f.yaml:2: server.prot: unknown key',
      'f.yaml:4: providers.up.baseUrl: "localhost"',
      'f.yaml:5: providers.local.timeout: unknown key',
      'f.yaml:7: models.large.price: unknown key',
      'f.yaml:8: models.small.provider: no provider "loca"',
      'f.yaml:9: models.tiny.provider: missing',
      'f.yaml:11: routers.mf.epochs: unknown key',
      'f.yaml:12: routers.My: the name "My"',
      'f.yaml:12: routers.My.artifact: there is no folder x',
      'f.yaml:13: policy.weak: no model "smal"',
      'f.yaml:15: policies.halves.strongPercent: 500 is too large',
      'f.yaml:16: policies.other.router: no router "mff"',
      'f.yaml:17: auto.policy: no policy "halfs"',
    ]
    for (const line of expected)
      expect(lines).toEqual(expect.arrayContaining([expect.stringContaining(line)]))
    const numbers = lines.map((line) => Number(/^f\.yaml:(\d+)/.exec(line)?.[1]))
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    // An entry that is wrong itself still has its name, so that nothing else is reported because of it.
    expect(lines.filter((line) => /"(?:large|tiny|up)"/.test(line))).toEqual([])
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('is complete after one round: each problem corrected, the file is read', () => {
    const corrected = text
      .replace('prot: 1, port: sixty', 'port: 60')
      .replace('baseUrl: localhost', 'baseUrl: http://localhost')
      .replace(', timeout: 3', '')
      .replace(', price: 3', '')
      .replace('loca }', 'local }')
      .replace('upstream: x', 'provider: up, upstream: x')
      .replace('{ epochs: 3 }', '{}')
      .replace('My:', 'my:')
      .replace('smal }', 'small }')
      .replaceAll('mff', 'mf')
      .replace('strongPercent: 500', 'strongPercent: 50')
      .replace('halfs', 'halves')
    expect(parseConfig(corrected, 'f.yaml').auto).toEqual({ kind: 'policy', policy: 'halves' })
  })

  it('of broken YAML too', () => {
    const lines = linesOf(() => parseConfig('version: 1\na: [1\nb: {c\nd: 1\nd: 2\n', 'f.yaml'))
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(line).toMatch(/^f\.yaml:\d+: not valid YAML/)
  })

  it.each([
    ['version: 1\nmodels: 3\npolicy: { strong: a, weak: b }\n', ['f.yaml:2: models: 3']],
    ['version: 2\nserver: { port: x }\n', ['f.yaml:1: version: 2', 'f.yaml:2: server.port: "x"']],
    [
      'version: 1\nserver: { host: 0.0.0.0, clientKeys: [3] }\n',
      ['f.yaml:2: server.clientKeys[0]: the value (not shown: it may be a key)'],
    ],
    ['version: 1\nrouters: { mf: 3 }\n', ['f.yaml:2: routers.mf: 3']],
  ])('reports no consequence of a section that is wrong: %j', (file, expected) => {
    const lines = linesOf(() => parseConfig(file, 'f.yaml'))
    expect(lines).toHaveLength(expected.length)
    for (const [index, start] of expected.entries()) expect(lines[index]).toContain(start.slice(0, 30))
  })
})
