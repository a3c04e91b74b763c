import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../errors.ts'
import { parseConfig } from '../parse-config.ts'
import { applyLock } from './apply-lock.ts'
import { digestArtifact } from './artifact-digest.ts'
import { changeLocked, removeCanary } from './changes/change-lock.ts'
import { formatLock } from './format-lock.ts'
import type { LockedCanary, LockedRouter, LockFile } from './lock-file.ts'
import { parseLock } from './parse-lock.ts'
import { readLock } from './read-lock.ts'
import { writeLock } from './write-lock.ts'

const serving: LockedRouter = {
  router: 'learned-1',
  artifact: '.routellm/artifacts/learned-1',
  sha256: 'a'.repeat(64),
  threshold: 0.31,
  certificate: { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: '2026-12-28' },
  evidence: { against: 'mf', apgr: 0.71, lossBound: 0.04, lost: 20 },
}
const canary: LockedCanary = {
  ...serving,
  router: 'learned-2',
  artifact: '.routellm/artifacts/learned-2',
  threshold: 0.4,
  evidence: { against: 'learned-1', apgr: null },
  share: 0.1,
  since: '2026-11-28T00:00:00.000Z',
  sessions: 500,
}
const both: LockFile = { policies: { auto: { serving, canary }, frugal: { serving: null, canary } } }

const heading =
  '# Written by `routellm learn` and the page; a running server follows it. Commit it: `git revert` brings the router before back.'

describe('the text of a lock file', () => {
  it('is the published form, and gives its content again', () => {
    const lock: LockFile = { policies: { auto: { serving, canary: null } } }
    expect(formatLock(lock)).toBe(`${heading}

version: 1
policies:
  auto:
    router: learned-1
    artifact: .routellm/artifacts/learned-1
    sha256: ${'a'.repeat(64)}
    threshold: 0.31
    certificate: { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: 2026-12-28 }
    evidence: { against: mf, apgr: 0.71, lossBound: 0.04, lost: 20 }
`)
    expect(parseLock(formatLock(lock), 'lock')).toEqual(lock)
    expect(parseLock(formatLock(both), 'lock')).toEqual(both)
  })

  it('is the same for equal contents, whatever the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(serving).toReversed()) as LockedRouter
    const one = formatLock({ policies: { b: { serving, canary }, a: { serving, canary: null } } })
    const other = formatLock({ policies: { a: { canary: null, serving: turned }, b: { canary, serving } } })
    expect(one).toBe(other)
  })

  it('has a router without a promise, and a threshold alone for the router of the configuration', () => {
    const { certificate: _, evidence: __, ...unproven } = serving
    const lock: LockFile = {
      policies: {
        auto: { serving: unproven, canary },
        frugal: { serving: null, threshold: 0.45, canary: null },
        near: { serving: null, threshold: 0.02, canary },
      },
    }
    expect(formatLock(lock)).toContain('  frugal:\n    threshold: 0.45\n')
    expect(parseLock(formatLock(lock), 'lock')).toEqual(lock)
    const half = formatLock(both).replace(/ {4}evidence: .*\n/, '')
    expect(() => parseLock(half, 'lock')).toThrow(/auto\.evidence: missing/)
  })

  it('quotes what YAML would read as something else', () => {
    const lock: LockFile = {
      policies: { '1': { serving: { ...serving, router: '007', artifact: '# odd: [path' }, canary: null } },
    }
    expect(parseLock(formatLock(lock), 'lock')).toEqual(lock)
  })

  it('is refused with all problems, their lines and what to do', () => {
    const text = formatLock(both)
      .replace('threshold: 0.31', 'threshold: cheap')
      .replace('share: 0.1', 'share: 1.5')
      .replace('lossBound: 0.04', 'lossBound: 0.2')
      .replace('version: 1', 'version: 1\ncolour: red')
    expect(() => parseLock(text, 'routellm.lock.yaml')).toThrow(ConfigError)
    let message = ''
    try {
      parseLock(text, 'routellm.lock.yaml')
    } catch (error) {
      message = (error as ConfigError).message
      expect((error as ConfigError).code).toBe('invalid-lock')
    }
    expect(message).toMatch(/^routellm\.lock\.yaml:4: colour: unknown key/)
    expect(message).toMatch(/policies\.auto\.threshold: "cheap" does not fit: expected number/)
    expect(message).toMatch(/policies\.auto\.canary\.share: 1\.5 is too large/)
  })

  it('is refused in few words if it is no text', () => {
    const noise = `version: 1
} ${'word'.repeat(10_000)}`
    expect(() => parseLock(noise, 'lock')).toThrow(/^lock:2: not valid YAML: .{0,500}$/s)
  })

  it('is refused for half a router, a promise without support, and a policy with nothing', () => {
    const refused = (change: (text: string) => string) => () => parseLock(change(formatLock(both)), 'lock')
    expect(refused((text) => text.replace(/ {4}sha256: .*\n/, ''))).toThrow(
      /lock:5: policies\.auto\.sha256: missing/,
    )
    expect(refused((text) => text.replace('lossBound: 0.04', 'lossBound: 0.2'))).toThrow(/do not support/)
    expect(() => parseLock('version: 1\npolicies: { auto: {} }', 'lock')).toThrow(/neither a router/)
  })
})

describe('applyLock', () => {
  const yaml = `version: 1
policies:
  frugal: { kind: pair, strong: strong, weak: weak, router: mf, strongPercent: 20, fallback: none }
  near: { kind: cheapest-good-enough, candidates: [strong, weak], quality: { strong: 1, weak: 0.9 }, tolerance: 0.2 }
  always: { kind: fixed, model: weak }
`
  const config = parseConfig(yaml, '/etc/routellm/routellm.yaml')
  const file = '/etc/routellm/routellm.lock.yaml'
  const apply = (policies: LockFile['policies'], base = config) => applyLock(base, { policies }, file)

  it('puts its router and threshold in the place of those of auto', () => {
    const { auto, routers, lock } = apply({ auto: { serving, canary: null } })
    expect(auto).toEqual({ kind: 'threshold', router: 'learned-1', threshold: 0.31 })
    expect(routers.at(-1)).toEqual({
      name: 'learned-1',
      artifact: '/etc/routellm/.routellm/artifacts/learned-1',
    })
    expect(lock).toEqual({ file, routes: [{ name: 'auto', policy: null, serving, canary: null }] })
  })

  it('replaces the threshold, or the tolerance, of the policy that it names', () => {
    const { policies } = apply({
      frugal: { serving, canary: null },
      near: { serving: { ...serving, router: 'learned-3', threshold: 0.02 }, canary: null },
    })
    expect(policies[0]).toEqual({
      ...{ name: 'frugal', kind: 'pair', fallback: 'none', strong: 'strong', weak: 'weak' },
      ...{ router: 'learned-1', threshold: 0.31 },
    })
    expect(policies[1]).toMatchObject({ router: 'learned-3', tolerance: 0.02 })
    expect(policies[1]).not.toHaveProperty('quality')
  })

  it('changes the policy that auto stands for', () => {
    const named = parseConfig(`${yaml}auto: { policy: frugal }`, '/etc/routellm/routellm.yaml')
    const { auto, policies, lock } = apply({ auto: { serving, canary } }, named)
    expect(auto).toEqual({ kind: 'policy', policy: 'frugal' })
    expect(policies[0]).toMatchObject({ router: 'learned-1', threshold: 0.31 })
    expect(lock?.routes).toEqual([{ name: 'auto', policy: 'frugal', serving, canary }])
    expect(() => apply({ auto: { serving, canary }, frugal: { serving, canary: null } }, named)).toThrow(
      /policies\.frugal: is the same policy as "auto"/,
    )
  })

  it('loads the router of a canary and leaves what is in service', () => {
    const { auto, routers } = apply({ auto: { serving: null, canary } })
    expect(auto).toEqual(config.auto)
    expect(routers.map(({ name }) => name)).toEqual([...config.routers.map(({ name }) => name), 'learned-2'])
  })

  it('changes the threshold of the router of the configuration', () => {
    const only = (threshold: number) => ({ serving: null, threshold, canary: null })
    const { auto, policies, routers } = apply({ auto: only(0.4), frugal: only(0.3), near: only(0.1) })
    expect(auto).toEqual({ kind: 'threshold', router: 'mf', threshold: 0.4 })
    expect(policies[0]).toMatchObject({ router: 'mf', threshold: 0.3, fallback: 'none' })
    expect(policies[0]).not.toHaveProperty('strongPercent')
    expect(policies[1]).toMatchObject({ tolerance: 0.1, quality: { strong: 1 } })
    expect(routers).toEqual(config.routers)
    expect(() => apply({ frugal: only(2) })).toThrow(/policies\.frugal\.threshold/)
    expect(() => apply({ always: only(0.2) })).toThrow(/always.*kind fixed.*no router and threshold/)
  })

  it('says all that cannot be applied', () => {
    let message = ''
    try {
      apply({
        always: { serving, canary: null },
        frugl: { serving, canary: null },
        frugal: { serving: { ...serving, router: 'mf' }, canary: null },
        auto: { serving: { ...serving, threshold: 3 }, canary: null },
      })
    } catch (error) {
      message = (error as ConfigError).message
    }
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/policies\.always\.threshold: "always" is a policy of the kind fixed/),
      expect.stringMatching(/policies\.frugl: the configuration has no policy "frugl".*frugal/),
      expect.stringMatching(/policies\.frugal\.router: "mf" is the name of another router, mf/),
      expect.stringMatching(/policies\.auto\.threshold: 3 is too large/),
    ])
  })
})

describe('the lock file on the disk', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'routellm-lock-'))
    file = join(folder, 'routellm.lock.yaml')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function saveArtifact(name: string, weights: string): Promise<string> {
    const artifact = join(folder, name)
    await mkdir(artifact, { recursive: true })
    await writeFile(join(artifact, 'router.json'), '{}')
    await writeFile(join(artifact, 'weights.safetensors'), weights)
    return digestArtifact(artifact)
  }

  it('is null if there is none, and otherwise what was written', async () => {
    expect(await readLock(file)).toBeNull()
    const sha256 = await saveArtifact('one', 'weights')
    const lock: LockFile = {
      policies: { auto: { serving: { ...serving, artifact: 'one', sha256 }, canary: null } },
    }
    await writeLock(file, lock)
    expect(await readLock(file)).toEqual(lock)
    expect(await readdir(folder)).toEqual(['one', 'routellm.lock.yaml'])
  })

  it('is refused with both hashes if an artifact has changed, and if one is missing', async () => {
    const sha256 = await saveArtifact('one', 'weights')
    const changed = { ...serving, artifact: 'one', sha256 }
    await writeLock(file, {
      policies: { auto: { serving: changed, canary: { ...canary, artifact: 'none' } } },
    })
    const now = await saveArtifact('one', 'other weights')
    expect(now).not.toBe(sha256)
    const error = await readLock(file).catch((thrown: unknown) => thrown as ConfigError)
    expect(error).toMatchObject({ code: 'invalid-lock' })
    const { message } = error as ConfigError
    expect(message).toContain(now)
    expect(message).toContain(sha256)
    expect(message).toMatch(
      /policies\.auto\.canary\.artifact: "none" is no folder of a router: there is no .*none\/router\.json\. Restore/,
    )
  })

  it('keeps the changes of all who change it at once', async () => {
    await writeLock(file, both)
    const names = Array.from({ length: 8 }, (_, index) => `policy-${index}`)
    await Promise.all(
      names.map((name) => changeLocked(file, name, () => ({ serving: null, threshold: 0.5, canary: null }))),
    )
    const { policies } = parseLock(await readFile(file, 'utf8'), file)
    expect(Object.keys(policies)).toEqual(['auto', 'frugal', ...names])
    expect(await readdir(folder)).toEqual(['routellm.lock.yaml'])
  })

  it('loses a canary by a roll-back, and nothing else', async () => {
    await writeLock(file, both)
    expect(await removeCanary(file, 'auto')).toBe(true)
    expect(await removeCanary(file, 'auto')).toBe(false)
    expect(await removeCanary(file, 'unknown')).toBe(false)
    const text = await readFile(file, 'utf8')
    expect(parseLock(text, file)).toEqual({
      policies: { auto: { serving, canary: null }, frugal: { serving: null, canary } },
    })
    // Without a router of its own nothing is left of the policy.
    expect(await removeCanary(file, 'frugal')).toBe(true)
    expect(parseLock(await readFile(file, 'utf8'), file)).toEqual({
      policies: { auto: { serving, canary: null } },
    })
    expect(await removeCanary(join(folder, 'none.yaml'), 'auto')).toBe(false)
  })
})
