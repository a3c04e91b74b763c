import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandSurroundings, routellm as run } from '../../support/command-line.ts'
import { startUpstream } from '../../support/servers/recording-upstream.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-cli-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function routellm(argv: readonly string[], surroundings: Partial<CommandSurroundings> = {}) {
  return run(argv, { folder, ...surroundings })
}

describe('serve', () => {
  /** Starts a server on a free port; `stop` is Ctrl-C. */
  async function serving(argv: readonly string[], variables: Record<string, string> = {}) {
    const controller = new AbortController()
    const notes: string[] = []
    let onUrl: (url: string) => void = () => {}
    const listening = new Promise<string>((resolve) => {
      onUrl = resolve
    })
    const finished = routellm(['serve', '--port', '0', ...argv], {
      variables,
      signal: controller.signal,
      onNote: (line) => {
        notes.push(line)
        const url = /serves (\S+)\/v1/.exec(line)?.[1]
        if (url !== undefined) onUrl(url)
      },
    })
    const url = await Promise.race([
      listening,
      finished.then(({ stderr }) => Promise.reject(new Error(`it stopped: ${stderr}`))),
    ])
    return {
      url,
      notes,
      stop: () => {
        controller.abort()
        return finished
      },
    }
  }

  function chat(url: string, model: string, key?: string) {
    return fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    })
  }

  it('serves the demonstration where nothing is configured, and stops cleanly', async () => {
    const server = await serving([])
    const reply = await chat(server.url, 'router-length-0.5')
    expect(reply.status).toBe(200)
    expect(reply.headers.get('x-routellm-router')).toBe('length')
    expect(server.notes.join('\n')).toContain('built-in demonstration')
    const { exitCode, stdout } = await server.stop()
    expect([exitCode, stdout]).toEqual([0, ''])
    await expect(chat(server.url, 'auto')).rejects.toThrow()
  })

  it('sends both models to --base-url with --api-key, and says so', async () => {
    const upstream = await startUpstream('up')
    const server = await serving([
      '--routers',
      'random',
      '--base-url',
      upstream.baseURL,
      '--api-key',
      'k1',
      '--strong-model',
      'big',
      '--weak-model',
      'openai/small',
    ])
    try {
      await chat(server.url, 'router-random-0', 'client-own')
      await chat(server.url, 'router-random-1')
      expect(upstream.seen.map(({ body, headers }) => [body.model, headers.authorization])).toEqual([
        ['big', 'Bearer k1'],
        ['openai/small', 'Bearer k1'],
      ])
      expect(server.notes.join('\n')).toContain(`big at ${upstream.baseURL}`)
      expect(server.notes.join('\n')).not.toContain('k1')
    } finally {
      await server.stop()
      await upstream.close()
    }
  })

  it('asks clients for the keys that were given', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => `client-key-number-${name}`)
    const server = await serving(['--routers', 'length', '--client-key', one!, '--client-key', two!], {
      ROUTELLM_CLIENT_KEYS: `${three}, client-key-number-four`,
    })
    const statuses = [
      await chat(server.url, 'auto'),
      await chat(server.url, 'auto', two),
      await chat(server.url, 'auto', three),
      await chat(server.url, 'auto', 'client-key-number-four'),
      await chat(server.url, 'auto', 'client-key-number-five'),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([401, 200, 200, 200, 401])
    expect(server.notes.join('\n')).toContain('4 client keys are admitted; without one: /, /health, /ready')
    expect(server.notes.join('\n')).not.toContain('client-key-number')
    await server.stop()
  })

  it.each([
    [['--client-key', ''], {}, '--client-key'],
    [['--client-key', 'short'], {}, '--client-key'],
    [['--client-key', 'a-good-key-of-a-client', '--client-key', 'fifteen-letters'], {}, '--client-key'],
    [[], { ROUTELLM_CLIENT_KEYS: 'short' }, 'ROUTELLM_CLIENT_KEYS'],
    [[], { ROUTELLM_CLIENT_KEYS: 'a-good-key-of-a-client,,' }, 'ROUTELLM_CLIENT_KEYS'],
  ])('refuses weak client keys: %j %j', async (argv, variables, setting) => {
    const { exitCode, stderr, stdout } = await routellm(['serve', '--port', '0', '--json', ...argv], {
      variables,
    })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${setting}: The client key has`)])
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'weak-client-key', param: setting })
    expect(stderr).not.toMatch(/short|fifteen-letters/)
  })

  it('says who can reach it, which routes need a key and which pages may use it', async () => {
    const server = await serving(['--routers', 'length'])
    const notes = server.notes.join('\n')
    await server.stop()
    expect(notes).toContain('reach   this machine only (127.0.0.1)')
    expect(notes).toContain('keys    no route needs one')
    expect(notes).toContain('pages   no web page of another origin')
  })

  it('says so of one that others can reach', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      'version: 1\nserver: { allowedOrigins: ["https://a.example/"] }',
    )
    const server = await serving(['--host', '0.0.0.0', '--client-key', 'a-good-key-of-a-client'])
    const notes = server.notes.join('\n')
    await server.stop()
    expect(notes).toContain('reach   every machine that can connect to 0.0.0.0')
    expect(notes).toContain('keys    1 client key is admitted; without one: /, /health, /ready')
    expect(notes).toContain('pages   https://a.example')
  })

  it('takes ./routellm.yaml where it is', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      'version: 1\nproviders: { demo: { kind: demo } }\nmodels: { large: { provider: demo }, tiny: { provider: demo } }\npolicy: { strong: large, weak: tiny }\nrouters: { chance: { kind: random } }\nauto: { threshold: 0 }',
    )
    const server = await serving([])
    expect((await chat(server.url, 'auto')).headers.get('x-routellm-model')).toBe('large')
    expect(server.notes[0]).toContain(join(folder, 'routellm.yaml'))
    await server.stop()
  })

  it('says in plain words that a port is taken', async () => {
    const server = await serving(['--routers', 'length'])
    const port = new URL(server.url).port
    const { exitCode, stderr } = await routellm(['serve', '--routers', 'length'], {
      variables: { PORT: port },
    })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`Port ${port}`)])
    await server.stop()
  })
})
