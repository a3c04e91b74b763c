import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFileName } from '../../../src/config/lock/lock-file.ts'
import { writeLock } from '../../../src/config/lock/write-lock.ts'
import { routellm } from '../../support/command-line.ts'
import { lockedRouter } from '../../support/loop/lock-files.ts'
import { type ServedFolder, serveFolder } from '../../support/loop/serve-folder.ts'

let folder: string
let lockFile: string
let server: ServedFolder | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-follow-'))
  lockFile = join(folder, lockFileName)
  await writeFile(join(folder, 'routellm.yaml'), 'version: 1\nstore: off\nrouters: { mf: {}, length: {} }\n')
})
afterEach(async () => {
  await server?.stop()
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

const serving = (locked: Awaited<ReturnType<typeof lockedRouter>>) => ({
  policies: { auto: { serving: locked, canary: null } },
})

async function served(at: ServedFolder): Promise<string> {
  const { headers, status } = await at.chat('auto', 'Hello')
  return `${status} ${headers.get('x-routellm-router')} ${headers.get('x-routellm-threshold')}`
}

describe('serve beside a lock file', () => {
  it('follows it without a restart: when it comes, changes and goes', async () => {
    server = await serveFolder(folder)
    expect(await served(server)).toMatch(/^200 mf /)
    const locked = await lockedRouter(folder, 'learned-1')
    await Promise.all([
      server.says('auto: learned-1 at the threshold 0.4'),
      writeLock(lockFile, serving(locked)),
    ])
    expect(await served(server)).toBe('200 learned-1 0.4')
    const models = (await (await fetch(`${server.url}/v1/models`)).json()) as {
      data: { id: string; description?: string }[]
    }
    expect(models.data.find(({ id }) => id === 'auto')?.description).toBe(
      'learned-1 at the threshold 0.4, certified to lose at most 5 % of requests (95 % confidence, 612 labels, until 2099-12-28)',
    )
    const changed = serving({ ...locked, threshold: 0.6 })
    await Promise.all([server.says('auto: learned-1 at the threshold 0.6'), writeLock(lockFile, changed)])
    expect(await served(server)).toBe('200 learned-1 0.6')
    await Promise.all([server.says('The routers of the configuration are in service again.'), rm(lockFile)])
    expect(await served(server)).toMatch(/^200 mf /)
  })

  it('keeps what it serves, and says why, if the artifact is not the one that was promoted', async () => {
    const locked = await lockedRouter(folder, 'learned-1')
    await writeLock(lockFile, serving(locked))
    server = await serveFolder(folder)
    expect(await served(server)).toBe('200 learned-1 0.4')
    expect(server.notes.join('\n')).toMatch(/locked {2}auto: learned-1 at the threshold 0\.4/)
    const wrong = await lockedRouter(folder, 'learned-2', { sha256: 'b'.repeat(64) })
    await writeLock(lockFile, serving(wrong))
    const refused = await server.reload()
    expect(refused.status).toBe(409)
    expect(await refused.text()).toMatch(/learned-2 has the SHA-256 [0-9a-f]{64}, and b{64} was promoted/)
    expect(await served(server)).toBe('200 learned-1 0.4')
  })

  it('says in its status and metrics what is in service, and that a certificate has expired', async () => {
    const expired = { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: '2020-01-31' }
    const locked = await lockedRouter(folder, 'learned-1', { certificate: expired })
    await writeLock(lockFile, serving(locked))
    server = await serveFolder(folder)
    await server.chat('auto', 'Hello')
    const status = await (await server.admin('status')).json()
    expect(status).toMatchObject({
      lock: { file: lockFile, policies: [{ name: 'auto', policy: null, serving: { router: 'learned-1' } }] },
      certificates: [
        {
          ...{ name: 'auto', router: 'learned-1', sessions: 1 },
          status: { kind: 'expired', since: '2020-01-31' },
          drift: { scores: false, 'strong-share': false },
        },
      ],
      ...{ experiments: [], exploration: null, store: null },
    })
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toContain('routellm_certificate_valid{policy="auto"} 0')
    expect((await fetch(`${server.url}/admin/api/status`)).status).toBe(401)
  })

  it('does not start, with exit code 2, if the lock file is wrong', async () => {
    await writeFile(lockFile, 'version: 1\npolicies: { frugal: { router: x } }\n')
    const run = await routellm(['serve', '--port', '0'], { folder })
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain(`${lockFile}:2: policies.frugal.artifact: missing`)
    // A command that asks no router works.
    const { stderr } = await routellm(['store', 'info'], { folder })
    expect(stderr).not.toContain('policies.frugal')
  })

  it('loses no request in 20 swaps under load', async () => {
    await writeFile(join(folder, 'routellm.yaml'), 'version: 1\nstore: off\nrouters: { length: {} }\n')
    const [one, other] = [await lockedRouter(folder, 'learned-1'), await lockedRouter(folder, 'learned-2')]
    await writeLock(lockFile, serving(one))
    server = await serveFolder(folder)
    const at = server
    let isOver = false
    const answers = new Map<string, number>()
    const load = Array.from({ length: 2 }, async () => {
      while (!isOver) {
        const answer = await served(at)
        answers.set(answer, (answers.get(answer) ?? 0) + 1)
        await after(5)
      }
    })
    for (let swap = 0; swap < 20; swap++) {
      const next = swap % 2 === 0 ? other : one
      await writeLock(lockFile, serving(next))
      expect((await server.reload()).status).toBe(200)
      expect(await served(server)).toBe(`200 ${next.router} 0.4`)
    }
    isOver = true
    await Promise.all(load)
    expect([...answers.keys()].toSorted()).toEqual(['200 learned-1 0.4', '200 learned-2 0.4'])
  })
})

describe('other commands beside a lock file', () => {
  it('route asks the router in service', async () => {
    await writeLock(lockFile, serving(await lockedRouter(folder, 'learned-1')))
    const run = await routellm(['route', 'Hello', '--json'], { folder })
    expect(JSON.parse(run.stdout)).toMatchObject({ router: 'learned-1', threshold: 0.4 })
  })

  it('flags of serve win, and it says so', async () => {
    await writeLock(lockFile, serving(await lockedRouter(folder, 'learned-1')))
    server = await serveFolder(folder, ['--routers', 'length', '--threshold', '0.5'])
    expect(await served(server)).toBe('200 length 0.5')
    expect(server.notes.join('\n')).toContain(
      `by the flags auto is length at the threshold 0.5, and not what ${lockFile} says: learned-1`,
    )
  })

  it('doctor names the lock file', async () => {
    await writeLock(lockFile, serving(await lockedRouter(folder, 'learned-1')))
    const run = await routellm(['doctor'], { folder })
    expect(run.stdout + run.stderr).toContain(`1 policies from ${lockFile}`)
  })
})
