import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm, watch, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const artifacts = fileURLToPath(new URL('../../../artifacts', import.meta.url))
let folder: string

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('dist/ is missing: npm run build')
  folder = await mkdtemp(join(tmpdir(), 'routellm-process-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(argv: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [main, ...argv], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1', ROUTELLM_ADMIN_TOKEN: 'planted-admin-token' },
  })
}

async function finished(child: ChildProcessWithoutNullStreams, stdin = '') {
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdin.end(stdin)
  const [exitCode, signal] = await once(child, 'close')
  return { exitCode, signal, stdout, stderr }
}

async function changesUntil(place: string, holds: (names: string[]) => boolean): Promise<void> {
  for await (const _ of watch(place)) if (holds(await readdir(place))) return
}

/** Waits for the line with which a server says where it listens. */
function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      text += chunk
      const url = /serves (\S+)\/v1/.exec(text)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('close', () => reject(new Error(`it stopped: ${text}`)))
  })
}

describe('the program', () => {
  it('ends a server whose start fails after it has opened its store', async () => {
    const place = await mkdtemp(join(tmpdir(), 'routellm-failed-start-'))
    const broken = join(place, 'broken')
    await cp(join(artifacts, 'builtin'), broken, { recursive: true })
    await writeFile(join(broken, 'weights.safetensors'), 'cut off')
    const config = join(place, 'routellm.yaml')
    await writeFile(
      config,
      `version: 1
providers: { demo: { kind: demo } }
models: { big: { provider: demo }, small: { provider: demo } }
policy: { strong: big, weak: small }
routers: { broken: { artifact: ./broken } }
auto: { router: broken, threshold: 0.5 }
store: { path: ./store-of-the-failed-start }
`,
    )
    const run = await finished(start(['serve', '--config', config, '--port', '0']))
    expect(run).toMatchObject({ signal: null, stdout: '' })
    expect([1, 2]).toContain(run.exitCode)
    expect(run.stderr).toContain('weights.safetensors')
    await rm(place, { recursive: true })
  })

  it('prints one JSON object to stdout and exits with 0', async () => {
    const run = await finished(start(['route', '-', '--router', 'length', '--json']), 'Hello')
    expect([run.exitCode, run.stderr]).toEqual([0, ''])
    expect(JSON.parse(run.stdout)).toMatchObject({ router: 'length' })
  })

  it('exits with 2 on bad input, with nothing on stdout', async () => {
    const run = await finished(start(['route', 'x', '--threshold', '7']))
    expect([run.exitCode, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toContain('--threshold')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, then exits with 0', async (signal) => {
    const config = join(folder, 'without-grace.yaml')
    await writeFile(config, 'version: 1\nserver: { shutdownGraceMs: 0 }\n')
    const child = start(['serve', '--config', config, '--routers', 'length', '--port', '0'])
    const closed = once(child, 'close')
    const url = await urlOf(child)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    child.kill(signal)
    expect(await closed).toEqual([0, null])
  })

  it('stops with the shell between it and an npm that does not hand on signals', async () => {
    const config = join(folder, 'of-npm.yaml')
    await writeFile(config, 'version: 1\nserver: { shutdownGraceMs: 0 }\n')
    const command = `"${process.execPath}" "${main}" serve --config "${config}" --routers length --port 0; true`
    const shell = spawn('sh', ['-c', command], {
      cwd: folder,
      env: { PATH: process.env.PATH, npm_lifecycle_event: 'npx' },
    })
    const url = await urlOf(shell)
    const told = once(shell, 'close') // when the server has closed the shell's streams too
    shell.kill('SIGKILL')
    await told
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  })

  it('case 24: answers 503 on /ready after SIGTERM, and requests go on until the time is over or it comes again', async () => {
    const config = join(folder, 'grace.yaml')
    await writeFile(config, 'version: 1\nserver: { shutdownGraceMs: 600000 }\n')
    const child = start(['serve', '--config', config, '--routers', 'length', '--port', '0'])
    const closed = once(child, 'close')
    const url = await urlOf(child)
    child.kill('SIGTERM')
    while ((await fetch(`${url}/ready`)).status !== 503);
    const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] })
    expect((await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })).status).toBe(200)
    child.kill('SIGTERM')
    expect(await closed).toEqual([130, null])
  })

  it('reads its configuration again on SIGHUP, and keeps the one before if the new one is wrong', async () => {
    const config = join(folder, 'reloaded.yaml')
    const models = (names: string) =>
      `version: 1\nproviders: { demo: { kind: demo } }\nmodels: { ${names
        .split(' ')
        .map((name) => `${name}: { provider: demo }`)
        .join(', ')} }\npolicy: { strong: a, weak: b }\nrouters: { length: {} }\n`
    await writeFile(config, models('a b'))
    const child = start(['serve', '--config', config, '--port', '0'])
    const closed = once(child, 'close')
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const url = await urlOf(child)
    const names = async () => JSON.stringify(await (await fetch(`${url}/v1/models`)).json())
    const hearsAfterHangup = async (text: string) => {
      said = ''
      child.kill('SIGHUP')
      while (!said.includes(text)) await once(child.stderr, 'data')
    }
    expect(await names()).not.toContain('"c"')
    await writeFile(config, models('a b c'))
    await hearsAfterHangup('Reloaded')
    expect(await names()).toContain('"c"')
    await writeFile(config, models('a b d').replace('strong: a', 'strong: x'))
    await hearsAfterHangup('was not reloaded')
    expect(said).toContain('policy.strong')
    expect(await names()).toContain('"c"')
    const reload = (token: string) =>
      fetch(`${url}/admin/api/reload`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
    expect((await reload('another')).status).toBe(401)
    const refused = await reload('planted-admin-token')
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('policy.strong')])
    expect(await names()).toContain('"c"')
    said = ''
    await writeFile(config, models('a b e'))
    while (!said.includes('Reloaded')) await once(child.stderr, 'data')
    expect(await names()).toContain('"e"')
    expect((await reload('planted-admin-token')).status).toBe(200)
    expect(said).not.toContain('planted-admin-token')
    child.kill('SIGINT')
    expect(await closed).toEqual([0, null])
  })

  it('is interrupted by Ctrl-C with 130 and leaves no output behind', async () => {
    const endless = join(folder, 'endless.jsonl')
    await once(spawn('sh', ['-c', 'mkfifo "$0"', endless]), 'close')
    const begun = changesUntil(folder, (names) => names.some((name) => name.endsWith('.partial')))
    const child = start(['score', '--router', 'random', '--input', endless, '--output', 'out.jsonl'])
    const run = finished(child)
    const writer = spawn('sh', ['-c', 'while echo \'{"prompt":"a"}\'; do :; done > "$0"', endless])
    await begun
    child.kill('SIGINT')
    const { exitCode, stderr } = await run
    writer.kill()
    expect([exitCode, stderr.trim()]).toEqual([130, expect.stringContaining('interrupted')])
    expect((await readdir(folder)).filter((name) => !/\.yaml$|^\.routellm$/.test(name))).toEqual([
      'endless.jsonl',
    ])
  })
})
