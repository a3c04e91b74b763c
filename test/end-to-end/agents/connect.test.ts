import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tools } from '../../../src/cli/commands/connect/tools/registry.ts'
import { clientKeyHmac, newClientKey } from '../../../src/config/client-key.ts'
import { routellm as run } from '../../support/command-line.ts'
import { startGateway } from '../../support/gateway-under-test.ts'
import { speak } from '../../support/streams/spoken-replies.ts'
import { json, startUpstream } from '../../support/upstream.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'routellm-home-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const routellm = (argv: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  run(['connect', ...argv], { folder: home, variables: { HOME: home, ...variables } })

/** Every file below the home folder with its text. */
async function files(): Promise<Record<string, string>> {
  const names = await readdir(home, { recursive: true })
  const texts: Record<string, string> = {}
  for (const name of names)
    if ((await stat(join(home, name))).isFile()) texts[name] = await readFile(join(home, name), 'utf8')
  return texts
}

const filesOfTools = {
  'claude-code': '.claude/settings.json',
  codex: '.codex/config.toml',
  opencode: '.config/opencode/opencode.json',
  'qwen-code': '.qwen/settings.json',
  continue: '.continue/config.yaml',
}

describe('the settings', () => {
  it.each(tools.filter(({ settings }) => settings !== null).map(({ name }) => name))(
    'of %s are printed, written, written again, and taken back',
    async (name) => {
      const printed = await routellm([name])
      expect([printed.exitCode, await files()]).toEqual([0, {}])
      const file = filesOfTools[name as keyof typeof filesOfTools]
      expect(printed.stderr).toContain(join(home, file))
      expect((await routellm([name, '--write'])).exitCode).toBe(0)
      expect((await files())[file]).toBe(`${printed.stdout}\n`)
      expect((await routellm([name, '--write', '--url', 'https://gate.example/v1/'])).exitCode).toBe(0)
      expect((await files())[file]).toBe(
        `${printed.stdout}\n`.replaceAll('http://127.0.0.1:6060', 'https://gate.example'),
      )
      expect((await routellm([name, '--undo'])).exitCode).toBe(0)
      expect(await readdir(home)).toEqual([])
    },
  )

  it('say what each tool documents', async () => {
    const text = async (name: string, flags: readonly string[] = []) =>
      (await routellm([name, '--context-tokens', '200000', ...flags])).stdout
    const key = ['--key', newClientKey()]
    expect(JSON.parse(await text('claude-code'))).toEqual({
      apiKeyHelper: 'echo routellm',
      env: {
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:6060',
        ANTHROPIC_MODEL: 'auto',
        ANTHROPIC_DEFAULT_OPUS_MODEL: 'auto',
        ANTHROPIC_DEFAULT_SONNET_MODEL: 'auto',
        ANTHROPIC_DEFAULT_HAIKU_MODEL: 'auto',
        CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000',
      },
    })
    expect(await text('codex', [...key, '--model', 'policy-frugal'])).toBe(`model = "policy-frugal"
model_provider = "routellm"
model_context_window = 200000

[model_providers.routellm]
name = "RouteLLM"
base_url = "http://127.0.0.1:6060/v1"
wire_api = "responses"
env_key = "ROUTELLM_API_KEY"`)
    expect(JSON.parse(await text('opencode', key))).toEqual({
      provider: {
        routellm: {
          npm: '@ai-sdk/openai-compatible',
          name: 'RouteLLM',
          options: { baseURL: 'http://127.0.0.1:6060/v1', apiKey: '{env:ROUTELLM_API_KEY}' },
          models: {
            auto: {
              name: 'auto',
              attachment: true,
              modalities: { input: ['text', 'image'], output: ['text'] },
              limit: { context: 200000, output: 32000 },
            },
          },
        },
      },
      model: 'routellm/auto',
      small_model: 'routellm/auto',
    })
    expect(JSON.parse(await text('qwen-code', key))).toEqual({
      modelProviders: {
        openai: [
          {
            id: 'auto',
            name: 'RouteLLM',
            baseUrl: 'http://127.0.0.1:6060/v1',
            envKey: 'ROUTELLM_API_KEY',
            generationConfig: { contextWindowSize: 200000 },
          },
        ],
      },
      security: { auth: { selectedType: 'openai' } },
      model: { name: 'auto' },
    })
    expect(await text('continue', key)).toBe(`name: RouteLLM
version: 1.0.0
schema: v1
models:
  - name: RouteLLM
    provider: openai
    model: auto
    apiBase: http://127.0.0.1:6060/v1
    apiKey: \${{ secrets.ROUTELLM_API_KEY }}
    defaultCompletionOptions:
      contextLength: 200000
    roles:
      - chat
      - edit
      - apply`)
  })

  it('of env are variables of a shell', async () => {
    expect((await routellm(['env'])).stdout).toBe(`export OPENAI_BASE_URL=http://127.0.0.1:6060/v1
export OPENAI_API_KEY=routellm
export ANTHROPIC_BASE_URL=http://127.0.0.1:6060
export ANTHROPIC_API_KEY=routellm`)
    const { stdout } = await routellm(['env', '--json'], { ROUTELLM_API_KEY: newClientKey() })
    expect(JSON.parse(stdout)).toMatchObject({
      file: null,
      environment: { ROUTELLM_API_KEY: '…', OPENAI_API_KEY: '$ROUTELLM_API_KEY' },
      written: false,
    })
  })

  it('keep what else is in a file, and --undo restores its bytes', async () => {
    const before = '# mine\nmodel = "gpt"  # the best\n[mcp_servers.x]\ncommand = "c"\n'
    await mkdir(join(home, 'codex-home'))
    await writeFile(join(home, 'codex-home', 'config.toml'), before)
    const variables = { CODEX_HOME: join(home, 'codex-home') }
    const { stdout } = await routellm(['codex', '--write', '--json'], variables)
    expect(JSON.parse(stdout)).toMatchObject({
      tool: 'codex',
      file: expect.stringMatching(/codex-home\/config\.toml$/),
      written: true,
      backup: expect.stringMatching(/config\.toml\.routellm-backup$/),
    })
    const after = (await files())['codex-home/config.toml']
    expect(after).toContain('# mine\nmodel = "auto"  # the best\n[mcp_servers.x]\ncommand = "c"\n')
    await routellm(['codex', '--undo'], variables)
    expect(await files()).toEqual({ 'codex-home/config.toml': before })
  })

  it('take the file that is there, and no file has the key', async () => {
    const key = newClientKey()
    await mkdir(join(home, 'opencode'))
    await writeFile(join(home, 'opencode', 'opencode.jsonc'), '{\n  // mine\n}\n')
    const variables = { XDG_CONFIG_HOME: home, ROUTELLM_API_KEY: key }
    for (const { name, settings } of tools)
      if (settings !== null) {
        const { exitCode, stdout, stderr } = await routellm([name, '--write'], variables)
        expect([exitCode, `${stdout}${stderr}`.includes(key)]).toEqual([0, false])
        expect(stderr).toContain('ROUTELLM_API_KEY')
      }
    const written = await files()
    expect(Object.keys(written)).toContain('opencode/opencode.jsonc')
    expect(Object.values(written).filter((text) => text.includes(key))).toEqual([])
  })

  it('warn of variables that go before them', async () => {
    const { stderr } = await routellm(['claude-code'], { ANTHROPIC_API_KEY: 'sk-ant-planted-key-00' })
    expect(stderr).toContain('ANTHROPIC_API_KEY is set and goes before these settings')
    expect(stderr).not.toContain('planted')
  })

  it.each([
    [['codex', '--write'], '.codex/config.toml', 'model = ', 'settings-unreadable'],
    [['claude-code', '--write'], '.claude/settings.json', '{ "env": "none" }', 'settings-unsupported'],
    [['claude-code', '--undo'], '.claude/settings.json', '{}', 'no-backup'],
  ])('%j leaves a file as it was that it cannot edit', async (argv, file, text, code) => {
    await mkdir(join(home, file, '..'))
    await writeFile(join(home, file), text)
    const { exitCode, stdout } = await routellm([...argv, '--json'])
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, code])
    expect(await files()).toEqual({ [file]: text })
  })

  it.each([
    [['env', '--write'], 'bad-flags', '--write'],
    [['env', '--undo'], 'bad-flags', '--undo'],
    [['codex', '--write', '--check'], 'bad-flags', '--check'],
    [['codex', '--url', 'localhost:6060'], 'bad-base-url', '--url'],
    [['codex', '--url', 'http://127.0.0.1:6060/v1/messages'], 'bad-base-url', '--url'],
    [['codex', '--key', 'two words'], 'bad-api-key', '--key'],
  ])('%j is refused', async (argv, code, param) => {
    const { exitCode, stdout } = await routellm([...argv, '--json'])
    expect([exitCode, JSON.parse(stdout).error]).toEqual([2, expect.objectContaining({ code, param })])
  })

  it('need a folder of the user', async () => {
    const { exitCode, stdout } = await run(['connect', 'codex', '--json'], { folder: home })
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'no-home-folder'])
  })
})

describe('--check', () => {
  it.each(tools.map(({ name }) => name))('sends what %s sends, and shows the decision', async (name) => {
    const gateway = await startGateway()
    gateway.upstream.answer(speak(() => ({ kind: 'text', text: 'Hello' })))
    try {
      const shown = await routellm([name, '--check', '--url', gateway.url])
      expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringMatching(/^model: +weak$/m)])
      expect(shown.stdout).toMatch(/^strong win rate: +0\.1$/m)
      const { exitCode, stdout } = await routellm([name, '--check', '--json', '--url', `${gateway.url}/v1`])
      expect([exitCode, JSON.parse(stdout)]).toEqual([
        0,
        {
          tool: name,
          url: expect.stringContaining(`${gateway.url}/v1/`),
          status: 200,
          problem: null,
          decision: {
            model: 'weak',
            policy: null,
            router: 'words',
            threshold: 0.5,
            strongWinRate: 0.1,
            fallback: null,
            overheadMs: expect.any(Number),
          },
          requestId: expect.stringMatching(/^rllm-/),
        },
      ])
      expect(gateway.upstream.seen.map(({ body }) => JSON.parse(body.toString()).model)).toEqual([
        'small-model',
        'small-model',
      ])
    } finally {
      await gateway.close()
    }
  })

  it('presents the key, and says when there is none', async () => {
    const key = newClientKey()
    const gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)] } })
    gateway.upstream.answer(speak(() => ({ kind: 'text', text: 'Hello' })))
    try {
      const without = await routellm(['codex', '--check', '--url', gateway.url])
      expect([without.exitCode, without.stderr]).toEqual([1, expect.stringContaining('answered 401: ')])
      expect(
        (await routellm(['codex', '--check', '--url', gateway.url], { ROUTELLM_API_KEY: key })).exitCode,
      ).toBe(0)
    } finally {
      await gateway.close()
    }
  })

  it.each([
    ['another server', json({ choices: [] }), 'no header x-routellm-model'],
    ['a redirection', json({}, 307, { location: 'http://127.0.0.1:9/' }), 'answered 307'],
    ['a page', json({ error: { message: 'no such page' } }, 404), 'answered 404: no such page'],
    ['a stream that ends early', json({ id: 1 }, 200, { 'x-routellm-model': 'm' }), 'ended without "[DONE]"'],
  ])('fails at %s', async (_what, respond, message) => {
    const upstream = await startUpstream(respond)
    try {
      const { exitCode, stderr } = await routellm(['opencode', '--check', '--url', upstream.url])
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)])
    } finally {
      await upstream.close()
    }
  })

  it('fails if nothing listens', async () => {
    const upstream = await startUpstream()
    await upstream.close()
    const { exitCode, stderr, stdout } = await routellm([
      'opencode',
      '--check',
      '--json',
      '--url',
      upstream.url,
    ])
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Is the gateway running?')])
    expect(JSON.parse(stdout)).toMatchObject({ status: null, decision: null })
  })
})
