import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { routellm as run } from '../../support/command-line.ts'
import { type RecordingUpstream, startUpstream } from '../../support/servers/recording-upstream.ts'

let folder: string
let upstream: RecordingUpstream
let other: RecordingUpstream

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-names-'))
  upstream = await startUpstream('up')
  other = await startUpstream('other')
})
afterEach(async () => {
  await Promise.all([upstream.close(), other.close()])
  await rm(folder, { recursive: true, force: true })
})

type Served = {
  readonly url: string
  readonly notes: string
  ask(model: string): Promise<Response>
}

/** Serves while `use` runs. */
async function serving(
  argv: readonly string[],
  use: (served: Served) => Promise<void>,
  variables: Record<string, string> = {},
): Promise<void> {
  const controller = new AbortController()
  const notes: string[] = []
  let onUrl: (url: string) => void = () => {}
  const listening = new Promise<string>((resolve) => {
    onUrl = resolve
  })
  const finished = run(['serve', '--port', '0', '--routers', 'random', ...argv], {
    folder,
    variables,
    signal: controller.signal,
    onNote(line) {
      notes.push(line)
      const url = /serves (\S+)\/v1/.exec(line)?.[1]
      if (url !== undefined) onUrl(url)
    },
  })
  const stopped = finished.then(({ stderr }) => Promise.reject(new Error(`it stopped: ${stderr}`)))
  const url = await Promise.race([listening, stopped])
  try {
    const ask = (model: string) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
      })
    await use({
      url,
      get notes() {
        return notes.join('\n')
      },
      ask,
    })
  } finally {
    controller.abort()
    await finished
  }
}

const seen = ({ seen: requests }: RecordingUpstream) =>
  requests.map(({ body, headers }) => [body.model, headers.authorization])

describe('models given by flags with --base-url', () => {
  it.each([
    ['openai/gpt-5', 'anthropic/claude-haiku'],
    ['meta-llama/Llama-3.1-70B', 'hf.co/bartowski/x-GGUF:Q4_K_M'],
    ['llama3.1:70b', 'gpt-5'],
    ['local/llama3.1', 'openai/openai/x'],
  ])('are sent there as they are written: %s, %s', async (strong, weak) => {
    const flags = ['--base-url', `${upstream.baseURL}/`, '--api-key', 'k1']
    await serving([...flags, '--strong-model', strong, '--weak-model', weak], async (served) => {
      await served.ask('router-random-0')
      await served.ask('router-random-1')
      // Each by its own name too, and in the list.
      for (const name of [strong, weak]) {
        const reply = await served.ask(name)
        expect([reply.status, reply.headers.get('x-routellm-model')]).toEqual([200, name])
      }
      const list = (await (await fetch(`${served.url}/v1/models`)).json()) as { data: { id: string }[] }
      expect(list.data.map(({ id }) => id)).toEqual(expect.arrayContaining([strong, weak]))
      expect(seen(upstream)).toEqual([strong, weak, strong, weak].map((name) => [name, 'Bearer k1']))
      // What is sent where is said at start, in a line for each model.
      expect(served.notes).toContain(`${strong} (strong): ${strong} at ${upstream.baseURL}\n`)
      expect(served.notes).toContain(`${weak} (weak): ${weak} at ${upstream.baseURL}\n`)
      expect(served.notes).not.toContain('k1')
    })
  })

  it('leave the other providers of the file and their keys alone', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
providers: { openai: { kind: openai-compatible, baseUrl: ${other.baseURL}, apiKeyEnv: OPENAI_API_KEY } }
models: { large: { provider: openai, upstream: big }, small: { provider: openai } }
policy: { strong: large, weak: small }
`,
    )
    const flags = ['--base-url', upstream.baseURL, '--api-key', 'k1', '--strong-model', 'openai/gpt-5']
    await serving(
      flags,
      async (served) => {
        await served.ask('router-random-0')
        await served.ask('router-random-1')
        await served.ask('openai/direct')
      },
      { OPENAI_API_KEY: 'k2' },
    )
    expect(seen(upstream)).toEqual([['openai/gpt-5', 'Bearer k1']])
    expect(seen(other)).toEqual([
      ['small', 'Bearer k2'],
      ['direct', 'Bearer k2'],
    ])
  })

  it('take a name that is not served for none of a provider', async () => {
    const flags = [
      '--base-url',
      upstream.baseURL,
      '--strong-model',
      'openai/gpt-5',
      '--weak-model',
      'gpt-5-nano',
    ]
    await serving(flags, async (served) => {
      for (const [name, meant] of [
        ['openai/other', undefined],
        ['gpt-5', 'openai/gpt-5'],
        ['azure/gpt-5-nano', 'gpt-5-nano'],
      ] as const) {
        const reply = await served.ask(name)
        const { error } = (await reply.json()) as { error: { code: string; message: string } }
        expect([reply.status, error.code]).toEqual([404, 'model_not_found'])
        if (meant !== undefined) expect(error.message).toContain(`Did you mean "${meant}"?`)
      }
      expect(upstream.seen).toEqual([])
    })
  })

  it('are warned of at OpenAI itself, which has no such names', async () => {
    const flags = ['--base-url', 'https://api.openai.com/v1', '--api-key', 'k']
    await serving(
      [...flags, '--strong-model', 'openai/gpt-5', '--weak-model', 'gpt-5-nano'],
      async (served) => {
        expect(served.notes).toContain('OpenAI has no model openai/gpt-5; write gpt-5')
      },
    )
  })
})

describe('models given by flags without --base-url', () => {
  it.each([
    ['local/llama3.1', 'local'],
    ['anyscale/mistralai/Mixtral-8x7B', 'anyscale'],
    ['ollama_chat/llama3', 'ollama_chat'],
  ])('are refused for a prefix that is no provider: %s', async (name, provider) => {
    const flags = ['--strong-model', 'openai/gpt-5', '--weak-model', name]
    const { exitCode, stderr } = await run(['serve', '--port', '0', ...flags], {
      folder,
      variables: { OPENAI_API_KEY: 'k' },
    })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`--weak-model ${name}: no provider "${provider}" is configured`)
    expect(stderr).toContain('`providers` in routellm.yaml')
    expect(stderr).toContain('--base-url')
  })

  it('go to OpenAI, with or without its prefix', async () => {
    const flags = ['--strong-model', 'openai/gpt-5', '--weak-model', 'gpt-5-nano', '--api-key', 'k']
    await serving(flags, async (served) => {
      expect(served.notes).toContain('openai/gpt-5 (strong): gpt-5 at https://api.openai.com/v1\n')
      expect(served.notes).toContain('gpt-5-nano (weak): gpt-5-nano at https://api.openai.com/v1\n')
    })
  })

  it('go to the providers of the file: the line of the README with its routellm.yaml', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
providers:
  openai: { kind: openai-compatible, baseUrl: ${other.baseURL}, apiKeyEnv: OPENAI_API_KEY }
  local: { kind: openai-compatible, baseUrl: ${upstream.baseURL} }
models:
  strong: { provider: openai, upstream: gpt-5 }
  weak: { provider: local, upstream: llama3.1 }
`,
    )
    await serving(
      ['--strong-model', 'openai/gpt-5', '--weak-model', 'local/llama3.1'],
      async (served) => {
        await served.ask('router-random-0')
        await served.ask('router-random-1')
        await served.ask('local/other:70b')
      },
      { OPENAI_API_KEY: 'k2' },
    )
    expect(seen(other)).toEqual([['gpt-5', 'Bearer k2']])
    expect(seen(upstream)).toEqual([
      ['llama3.1', undefined],
      ['other:70b', undefined],
    ])
  })

  it.each([
    [
      ['--strong-model', 'openai/gpt-5', '--weak-model', 'gpt-5', '--api-key', 'k'],
      'a pair needs two models',
    ],
    [['--base-url', 'http://127.0.0.1:9/v1', '--config', 'own.yaml'], 'none is given: add --strong-model'],
  ])('are refused: %j', async (flags, says) => {
    await writeFile(
      join(folder, 'own.yaml'),
      'version: 1\nproviders: { local: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1 } }\nmodels: { strong: { provider: local }, weak: { provider: local } }\n',
    )
    const { exitCode, stderr } = await run(['serve', '--port', '0', ...flags], { folder })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)])
  })
})
