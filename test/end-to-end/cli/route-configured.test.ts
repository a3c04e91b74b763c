import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'

let folder: string

const configuration = (auto: string) => `version: 1
providers: { up: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: UP_KEY } }
models: { large: { provider: up }, small: { provider: up } }
policy: { strong: large, weak: small }
routers: { chance: { kind: random, seed: 3 }, long: { kind: length } }
policies:
  always: { kind: pair, strong: large, weak: small, router: long, threshold: 0 }
  other: { kind: pair, strong: up/huge, weak: up/tiny, router: chance, threshold: 1 }
auto: ${auto}
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-route-'))
  await writeFile(join(folder, 'threshold.yaml'), configuration('{ router: long, threshold: 0.37 }'))
  await writeFile(join(folder, 'percent.yaml'), configuration('{ router: long, strongPercent: 100 }'))
  await writeFile(join(folder, 'policy.yaml'), configuration('{ policy: always }'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function decide(...argv: string[]) {
  const { exitCode, stdout, stderr } = await routellm(['route', 'What is 2+2?', '--json', ...argv], {
    folder,
  })
  return { exitCode, stderr, decision: JSON.parse(stdout) }
}

describe('route with a configuration, without keys', () => {
  it.each([
    ['threshold.yaml', [], { router: 'long', threshold: 0.37, policy: null }],
    ['threshold.yaml', ['--threshold', '0.5'], { router: 'long', threshold: 0.5 }],
    ['threshold.yaml', ['--router', 'chance'], { router: 'chance', threshold: 0.5 }],
    ['percent.yaml', [], { router: 'long', model: 'large' }],
    ['policy.yaml', [], { router: 'long', threshold: 0, policy: 'always', model: 'large' }],
    [
      'policy.yaml',
      ['--policy', 'other'],
      { router: 'chance', threshold: 1, policy: 'other', model: 'up/tiny' },
    ],
    ['policy.yaml', ['--router', 'long', '--threshold', '1'], { router: 'long', threshold: 1, policy: null }],
    ['policy.yaml', ['--router', 'mf'], { router: 'mf', policy: null }],
  ])('decides by %s and %j as the server would', async (file, argv, expected) => {
    const { exitCode, decision } = await decide('--config', file, ...argv)
    expect([exitCode, decision]).toEqual([0, expect.objectContaining({ reason: 'routed', ...expected })])
  })

  it.each([
    [['--policy', 'alwais'], 'Did you mean "always"?'],
    [['--policy', 'always', '--threshold', '0.5'], 'leave out --threshold'],
    [['--policy', 'always', '--weak-model', 'x'], 'leave out --weak-model'],
    [['--threshold', '0.5'], 'auto is the policy always; add --router'],
  ])('refuses %j', async (argv, says) => {
    const { exitCode, stderr } = await decide('--config', 'policy.yaml', ...argv)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)])
  })
})

describe('serve with --routers and --threshold', () => {
  async function autoOf(...argv: string[]): Promise<string> {
    const controller = new AbortController()
    const variables = { UP_KEY: 'k' }
    const { stderr } = await routellm(['serve', '--port', '0', ...argv], {
      folder,
      variables,
      signal: controller.signal,
      onNote: (line) => line.startsWith('Try it') && controller.abort(),
    })
    return /^ {2}auto +(.*)$/m.exec(stderr)?.[1] ?? stderr
  }

  it.each([
    [['--config', 'threshold.yaml', '--threshold', '0.31'], 'long at the threshold 0.31'],
    [['--config', 'threshold.yaml', '--routers', 'chance'], 'chance at its default threshold'],
    [['--config', 'policy.yaml', '--routers', 'long'], 'the policy always'],
    [['--config', 'policy.yaml', '--routers', 'chance'], 'chance at its default threshold'],
    [['--config', 'policy.yaml', '--routers', 'long', '--threshold', '0.31'], 'long at the threshold 0.31'],
    [['--routers', 'length', '--threshold', '0.2'], 'length at the threshold 0.2'],
    [['--config', 'policy.yaml', '--threshold', '0.31'], 'name the router, as in --routers mf'],
  ])('%j serves as auto: %s', async (argv, expected) => {
    expect(await autoOf(...argv)).toContain(expected)
  })
})
