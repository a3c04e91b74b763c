import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
let folder: string

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('dist/ is missing: npm run build')
  folder = await mkdtemp(join(tmpdir(), 'routellm-process-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(argv: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [main, ...argv], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
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
    const child = start(['serve', '--routers', 'length', '--port', '0'])
    const closed = once(child, 'close')
    const url = await urlOf(child)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    child.kill(signal)
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
    expect(await readdir(folder)).toEqual(['endless.jsonl'])
  })
})
