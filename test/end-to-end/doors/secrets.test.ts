import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'
import { providerKey, startGateway, userMessage } from '../../support/gateway-under-test.ts'

const planted = 'planted-s3cret-0123456789'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-secrets-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A configuration whose provider has these settings; it takes its key from MY_KEY. */
async function configured(settings: string): Promise<string> {
  const file = join(folder, 'routellm.yaml')
  await writeFile(
    file,
    `version: 1
providers:
  mine: { kind: openai-compatible, ${settings} }
models:
  large: { provider: mine }
  small: { provider: mine }
policy: { strong: large, weak: small }
routers: { length: {} }
`,
  )
  return file
}

const good = 'baseUrl: "https://127.0.0.1:9/v1", apiKeyEnv: MY_KEY'

describe('settings that no request could be sent with', () => {
  const cases: readonly [string, string, Record<string, string>, string][] = [
    ['a key with a line break', good, { MY_KEY: `${planted}\n` }, 'MY_KEY ends with a line break'],
    ['a key with a space', good, { MY_KEY: `Bearer ${planted}` }, 'MY_KEY has white space'],
    ['a key outside of ASCII', good, { MY_KEY: `${planted}é` }, 'MY_KEY has a character outside of ASCII'],
    [
      'a base URL of an endpoint',
      'baseUrl: "https://h/v1/chat/completions"',
      {},
      'ends in /chat/completions, the path of one endpoint',
    ],
    ['a base URL with a password', `baseUrl: "https://u:${planted}@h/v1"`, {}, 'holds a user name'],
    [
      'a base URL with a key',
      `baseUrl: "https://h/v1?key=${planted}"`,
      {},
      'in its query, which may be a key',
    ],
    ['a base URL that is a list', `baseUrl: ["https://u:${planted}@h/v1"]`, {}, 'providers.mine.baseUrl: '],
    [
      'a header with a space in its name',
      `${good}, headers: { "x y": a }`,
      {},
      'headers.x y: is not the name',
    ],
    [
      'a header with a line break',
      `${good}, headers: { x-a: "${planted}\\nb" }`,
      {},
      'headers.x-a: has a value',
    ],
    [
      'a header of the connection',
      `${good}, headers: { Host: h }`,
      {},
      'headers.Host: belongs to the connection',
    ],
    [
      'a header that is a list',
      `${good}, headers: { x-keys: ["${planted}"] }`,
      {},
      'headers.x-keys: the value',
    ],
    [
      'a header that is a mapping',
      `${good}, headers: { x-keys: { a: "${planted}" } }`,
      {},
      'headers.x-keys: the value',
    ],
  ]

  it.each(cases)('%s is found at start, named and not shown', async (_what, settings, variables, problem) => {
    const config = await configured(settings)
    for (const argv of [['serve', '--port', '0'], ['route', 'x'], ['doctor']]) {
      const run = await routellm([...argv, '--config', config, '--json'], { folder, variables })
      const output = run.stdout + run.stderr
      if (argv[0] !== 'route' || !problem.startsWith('MY_KEY')) {
        expect(run.exitCode, output).not.toBe(0)
        if (argv[0] === 'serve') expect(output).toContain(problem)
      }
      expect(output).not.toContain(planted)
    }
  })
})

describe('keys on the command line', () => {
  it.each([
    ['--api-key', 'OPENAI_API_KEY'],
    ['--client-key', 'ROUTELLM_CLIENT_KEYS'],
  ])('%s warns that others can read it, and is never printed', async (flag, better) => {
    for (const argv of [
      ['serve', '--port', '70000', flag, planted],
      ['serve', '--port', '70000', `${flag}=${planted}`],
      ['serve', '--strong-model', planted, flag, planted, '--json'],
    ]) {
      const { stdout, stderr } = await routellm(argv, { folder })
      expect(stderr).toContain(`${flag} can be read by every user`)
      expect(stderr).toContain(better)
      expect(stdout + stderr).not.toContain(planted)
    }
  })

  it('keys of the environment are not printed either', async () => {
    const { stdout, stderr } = await routellm(['serve', '--routers', planted, '--json'], {
      folder,
      variables: { ANY_API_KEY: planted },
    })
    expect(stderr).toContain('…')
    expect(stdout + stderr).not.toContain(planted)
  })
})

it('a key that the upstream repeats does not reach the client: body, headers, stream', async () => {
  const gateway = await startGateway()
  try {
    for (const [status, contentType, text] of [
      [401, 'application/json', JSON.stringify({ error: { message: `Incorrect API key: ${providerKey}` } })],
      [200, 'application/json', JSON.stringify({ choices: [], echo: providerKey })],
      [200, 'text/event-stream', `data: {"error":{"message":"${providerKey}"}}\n\ndata: [DONE]\n\n`],
    ] as const) {
      gateway.upstream.answer(({ response }) => {
        response.writeHead(status, { 'content-type': contentType, 'x-echo': providerKey })
        response.write(text.slice(0, text.indexOf(providerKey) + 5))
        setImmediate(() => response.end(text.slice(text.indexOf(providerKey) + 5)))
      })
      const reply = await gateway.chat({
        ...userMessage('hello'),
        stream: contentType !== 'application/json',
      })
      expect(reply.status).toBe(status)
      expect(reply.headers.get('x-echo')).toBe('*'.repeat(providerKey.length))
      expect(await reply.text()).toBe(text.replace(providerKey, '*'.repeat(providerKey.length)))
    }
    expect(JSON.stringify(gateway.warnings)).not.toContain(providerKey)
  } finally {
    await gateway.close()
  }
})
