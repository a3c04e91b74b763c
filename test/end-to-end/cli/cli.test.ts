import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRouterManifest } from '../../../src/base/artifact/load.ts'
import { createProgram } from '../../../src/cli/command-line.ts'
import { parseConfig } from '../../../src/index.ts'
import { type CommandSurroundings, routellm as run } from '../../support/command-line.ts'
import { project } from '../../support/run-program.ts'
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

/** Enough battles for a small router: long prompts need the strong model. */
async function writeBattles(file: string): Promise<void> {
  const rows = Array.from({ length: 120 }, (_, index) => ({
    prompt:
      index % 2 === 0
        ? `hi ${index}`
        : `Prove in detail, step by step, the statement number ${index} of the book.`,
    model_a: 'big',
    model_b: 'small',
    winner: index % 2 === 0 ? 'tie' : 'model_a',
    embedding: [index % 2, 1, (index % 7) / 7],
  }))
  await writeFile(join(folder, file), rows.map((row) => JSON.stringify(row)).join('\n'))
}

describe('route', () => {
  it('prints the decision as one JSON object and nothing else on stdout', async () => {
    const { exitCode, stdout } = await routellm(['route', 'What is 2+2?', '--router', 'length', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      reason: 'routed',
      model: 'weak',
      router: 'length',
      threshold: 0.5,
      explanation: { contributions: [{ feature: 'length' }] },
    })
  })

  it('explains itself in words: who answers, the win rate, what moved it and what would flip it', async () => {
    const { stdout } = await routellm([
      'route',
      'What is 2+2?',
      '--router',
      'length',
      '--strong-model',
      'big',
      '--weak-model',
      'small',
    ])
    expect(stdout).toMatch(/^small answers\nstrong win rate .* < threshold 0\.5/)
    expect(stdout).toMatch(/\n {2}length .* for small\n/)
    expect(stdout).toMatch(/It would flip: with a threshold of 0\.\d+ or less, big would answer\./)
  })

  it('reads the prompt from stdin', async () => {
    const argument = await routellm(['route', 'What is 2+2?', '--router', 'random', '--json'])
    const stdin = await routellm(['route', '-', '--router', 'random', '--json'], { stdin: 'What is 2+2?' })
    expect(stdin.stdout).toBe(argument.stdout)
  })

  it('takes the built-in mf router where none is named, at the threshold for half of the prompts', async () => {
    const { exitCode, stdout } = await routellm(['--json', 'route', 'Prove that √2 is irrational'])
    expect(exitCode).toBe(0)
    const { calibration } = await loadRouterManifest(join(project, 'artifacts', 'builtin'))
    const median = calibration?.winRateQuantiles[100]
    expect(JSON.parse(stdout)).toMatchObject({ reason: 'routed', router: 'mf', threshold: median })
  })

  it('needs no key for a configuration that names some', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      'version: 1\nproviders: { openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1, apiKeyEnv: OPENAI_API_KEY } }\nmodels: { big: { provider: openai }, small: { provider: openai } }\npolicy: { strong: big, weak: small }\nrouters: { chance: { kind: random, seed: 3 } }',
    )
    const { exitCode, stdout } = await routellm([
      'route',
      'x',
      '--router',
      'chance',
      '--threshold',
      '0',
      '--json',
    ])
    expect([exitCode, JSON.parse(stdout).model]).toEqual([0, 'big'])
  })
})

describe('score', () => {
  it('writes win rates in order, next to the row', async () => {
    const prompts = ['a', 'b'.repeat(5000), 'c'].map((prompt, id) =>
      JSON.stringify({ id, prompt, strongWinRate: 9 }),
    )
    await writeFile(join(folder, 'in.jsonl.gz'), gzipSync(prompts.join('\n')))
    const { exitCode, stdout } = await routellm([
      'score',
      '--router',
      'length',
      '--input',
      'in.jsonl.gz',
      '--output',
      'out.jsonl.gz',
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ router: 'length', rows: 3, output: join(folder, 'out.jsonl.gz') })
    const rows = gunzipSync(await readFile(join(folder, 'out.jsonl.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map((row) => Object.keys(row))).toEqual(Array(3).fill(['strongWinRate', 'id', 'prompt']))
    expect(rows.map((row) => row.id)).toEqual([0, 1, 2])
    expect(rows[1].strongWinRate).toBeGreaterThan(rows[0].strongWinRate)
    expect(rows[0].strongWinRate).toBe(rows[2].strongWinRate)
  })

  it('keeps order over many batches', async () => {
    const prompts = Array.from({ length: 1000 }, (_, id) => JSON.stringify({ id, prompt: `prompt ${id}` }))
    await writeFile(join(folder, 'in.jsonl'), prompts.join('\n'))
    await routellm(['score', '--router', 'random', '--input', 'in.jsonl', '--output', 'out.jsonl'])
    const rows = (await readFile(join(folder, 'out.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 1000 }, (_, id) => id))
    expect(rows[700].strongWinRate).toBe(
      JSON.parse((await routellm(['route', 'prompt 700', '--router', 'random', '--json'])).stdout)
        .strongWinRate,
    )
  })

  it('leaves the old output as it was, and nothing else, where a row is bad', async () => {
    await writeFile(join(folder, 'in.jsonl'), '{"prompt":"a"}\n{"prompt":3}\n')
    await writeFile(join(folder, 'out.jsonl'), 'old')
    const { exitCode, stderr } = await routellm([
      'score',
      '--router',
      'length',
      '--input',
      'in.jsonl',
      '--output',
      'out.jsonl',
    ])
    expect([exitCode, await readFile(join(folder, 'out.jsonl'), 'utf8')]).toEqual([2, 'old'])
    expect(stderr).toContain('in.jsonl line 2')
    expect((await readdir(folder)).toSorted()).toEqual(['in.jsonl', 'out.jsonl'])
  })

  it('exits with 130 and leaves nothing half-written once it is interrupted', async () => {
    await writeFile(join(folder, 'in.jsonl'), '{"prompt":"a"}\n')
    const { exitCode, stderr } = await routellm(
      ['score', '--router', 'length', '--input', 'in.jsonl', '--output', 'out.jsonl'],
      { signal: AbortSignal.abort() },
    )
    expect([exitCode, await readdir(folder)]).toEqual([130, ['in.jsonl']])
    expect(stderr).toContain('interrupted')
  })
})

describe('train mf', () => {
  it('writes an artifact that the other commands take by its path, and says how good it is', async () => {
    await writeBattles('battles.jsonl')
    const trained = await routellm([
      'train',
      'mf',
      '--data',
      'battles.jsonl',
      '--output',
      'my-router',
      '--strong-model',
      'big',
      '--weak-model',
      'small',
      '--learning-rate',
      '0.01',
      '--epochs',
      '60',
      '--json',
    ])
    expect(trained.stderr).toContain('held-out comparisons')
    expect(trained.stderr).toContain('routellm serve --routers')
    expect(trained.exitCode).toBe(0)
    expect(JSON.parse(trained.stdout)).toMatchObject({
      output: join(folder, 'my-router'),
      router: 'my-router',
      pair: { strong: 'big', weak: 'small' },
    })
    expect((await readdir(join(folder, 'my-router'))).toSorted()).toEqual([
      'loss.svg',
      'router.json',
      'weights.safetensors',
    ])
    const { lossCurve } = JSON.parse(trained.stdout)
    expect(lossCurve.training).toHaveLength(60)
    expect(lossCurve.validation[lossCurve.keptEpoch - 1]).toBe(Math.min(...lossCurve.validation))
    const scored = await routellm([
      'score',
      '--router',
      './my-router',
      '--input',
      'battles.jsonl',
      '--output',
      'out.jsonl',
      '--json',
    ])
    expect(JSON.parse(scored.stdout)).toMatchObject({ router: 'my-router', rows: 120 })
    const rows = (await readFile(join(folder, 'out.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows[1].strongWinRate).toBeGreaterThan(rows[0].strongWinRate)
    expect(rows[0]).not.toHaveProperty('embedding')
    const served = await routellm(['serve', '--routers', './my-router', '--port', '0'])
    expect([served.exitCode, served.stderr]).toEqual([2, expect.stringContaining('external')])
  })

  it('refuses a folder that is not an artifact before it trains', async () => {
    await writeBattles('battles.jsonl')
    const { exitCode, stderr } = await routellm(['train', 'mf', '--data', 'battles.jsonl', '--output', '.'])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('without router.json')])
    expect(await readdir(folder)).toEqual(['battles.jsonl'])
  })
})

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
        ['small', 'Bearer k1'],
      ])
      expect(server.notes.join('\n')).toContain(`big at ${upstream.baseURL}`)
      expect(server.notes.join('\n')).not.toContain('k1')
    } finally {
      await server.stop()
      await upstream.close()
    }
  })

  it('asks clients for the keys that were given', async () => {
    const server = await serving(['--routers', 'length', '--client-key', 'one', '--client-key', 'two'])
    const statuses = [
      await chat(server.url, 'auto'),
      await chat(server.url, 'auto', 'two'),
      await chat(server.url, 'auto', 'three'),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([401, 200, 401])
    await server.stop()
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

describe('doctor', () => {
  it('checks the installation and never shows a key', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      'version: 1\nserver: { port: 0 }\nproviders: { up: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: UP_KEY } }\nmodels: { strong: { provider: up }, weak: { provider: up } }',
    )
    const { exitCode, stdout } = await routellm(['doctor', '--json'], { variables: { UP_KEY: 'planted' } })
    const report = JSON.parse(stdout)
    expect(
      report.checks.map((check: { name: string; status: string }) => [check.name, check.status]),
    ).toEqual([
      ['Node.js', 'ok'],
      ['routellm', 'ok'],
      ['built-in router', 'ok'],
      ['optional @huggingface/hub', expect.stringMatching(/ok|absent/)],
      ['optional onnxruntime-node', expect.stringMatching(/ok|absent/)],
      ['optional @huggingface/tokenizers', expect.stringMatching(/ok|absent/)],
      ['optional hyparquet', expect.stringMatching(/ok|absent/)],
      ['optional hyparquet-compressors', expect.stringMatching(/ok|absent/)],
      ['optional @pydantic/genai-prices', expect.stringMatching(/ok|absent/)],
      ['optional @resvg/resvg-js', expect.stringMatching(/ok|absent/)],
      ['configuration', 'ok'],
      ['key of up', 'ok'],
      ['port', 'ok'],
    ])
    expect([exitCode, report.ok]).toEqual([0, true])
    expect(stdout).not.toContain('planted')
  })

  it('fails with 1 for a key that is not set, and for a provider that refuses it', async () => {
    const upstream = await startUpstream('up')
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1\nserver: { port: 0 }\nproviders: { up: { kind: openai-compatible, baseUrl: ${upstream.baseURL}, apiKeyEnv: UP_KEY } }\nmodels: { strong: { provider: up }, weak: { provider: up } }`,
    )
    const unset = await routellm(['doctor'])
    expect([unset.exitCode, unset.stdout]).toEqual([
      1,
      expect.stringContaining('key of up: UP_KEY is not set'),
    ])
    expect(upstream.seen).toEqual([])
    upstream.next.push((response) => response.writeHead(401).end())
    const refused = await routellm(['doctor', '--online'], { variables: { UP_KEY: 'k' } })
    expect([refused.exitCode, refused.stdout]).toEqual([1, expect.stringContaining('refuses the key')])
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer k')
    await upstream.close()
  })
})

describe('init, models and client-key', () => {
  it('init writes a file that is valid and is not written over', async () => {
    const first = await routellm(['init'])
    expect(first.exitCode).toBe(0)
    const text = await readFile(join(folder, 'routellm.yaml'), 'utf8')
    expect(parseConfig(text, 'routellm.yaml').routers.map(({ name }) => name)).toEqual([
      'mf',
      'random',
      'length',
    ])
    expect(text).toContain('$schema=')
    await writeFile(join(folder, 'routellm.yaml'), 'mine')
    const second = await routellm(['init'])
    expect([second.exitCode, second.stderr]).toEqual([2, expect.stringContaining('--force')])
    expect(await readFile(join(folder, 'routellm.yaml'), 'utf8')).toBe('mine')
    expect((await routellm(['init', '--force'])).exitCode).toBe(0)
    expect(await readFile(join(folder, 'routellm.yaml'), 'utf8')).toBe(text)
    expect((await routellm(['init', '--print'])).stdout).toBe(text.trimEnd())
  })

  it('the commented alternatives of the template are valid too', async () => {
    const text = (await routellm(['init', '--print'])).stdout
    const lines = text.split('\n').filter((line) => !/^ {2}(demo|strong|weak):/.test(line))
    const alternative = lines
      .map((line) => line.replace(/^ {2}# (openai|local|strong|weak):/, '  $1:'))
      .join('\n')
    expect(parseConfig(alternative, 'f.yaml').models.map(({ upstream }) => upstream)).toEqual([
      'gpt-5',
      'llama3.1',
    ])
  })

  it('models lists what is configured', async () => {
    const { stdout } = await routellm(['models', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      models: [{ name: 'strong' }, { name: 'weak' }],
      auto: { router: 'mf' },
    })
    expect((await routellm(['models'])).stdout).toContain('router-random-0.5')
  })

  it('client-key makes a key that its entry admits', async () => {
    const { key, entry } = JSON.parse((await routellm(['client-key', '--json'])).stdout)
    const { createClientKeyCheck } = await import('../../../src/config/client-key.ts')
    expect(createClientKeyCheck([entry])(key)).toBe(true)
  })
})

describe('help', () => {
  const program = createProgram({
    folder: '/',
    environment: { variables: {}, noColor: true, hub: {} },
    interrupted: new AbortController().signal,
    terminal: {
      result() {},
      note() {},
      readInput: async () => '',
      progressStream: null,
      colors: {} as never,
    },
  })
  const leaves = program.commands.flatMap((command) =>
    command.commands.length > 0 ? command.commands : [command],
  )

  it.each(leaves.map((command) => [command.name(), command] as const))(
    '%s has examples and --json',
    async (_name, command) => {
      const path =
        command.parent === program ? [command.name()] : [command.parent?.name() ?? '', command.name()]
      const { exitCode, stdout } = await routellm([...path, '--help'])
      expect(exitCode).toBe(0)
      expect(stdout).toContain('Examples:')
      expect(stdout).toContain('--json')
    },
  )
})
