import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { type CountingUpstream, startCountingUpstream } from '../../support/store/counting-upstream.ts'
import {
  endServed,
  type Served,
  sendFeedback,
  sendRequest,
  serveStore,
  storeKey,
  writeStoreConfig,
} from '../../support/store/kill-rounds.ts'
import { Libsql, readRows } from '../../support/store/read-database.ts'

let upstream: CountingUpstream
let name = 0
beforeAll(async () => {
  upstream = await startCountingUpstream()
})
afterAll(() => upstream.close())

type Place = { readonly folder: string; readonly store: string; readonly config: string }

/** A folder with a configuration, and what `work` makes of it. */
async function inFolder(work: (place: Place) => Promise<void>, settings = ''): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-store-'))
  try {
    const config = writeStoreConfig(folder, upstream.url, clientKeyHmac(storeKey), settings)
    await work({ folder, store: join(folder, '.routellm'), config })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function serving(config: string, work: (served: Served) => Promise<void>): Promise<void> {
  const served = await serveStore(config)
  try {
    await work(served)
    expect(await endServed(served, 'SIGINT')).toBe(0)
  } finally {
    await endServed(served, 'SIGKILL')
  }
}

/** Requests that the gateway has answered, all of them. */
async function send(url: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < count; at++) ids.push(await sendRequest(url, ++name, at % 2 === 0))
  return ids
}

/** Whether this user may mount a small disk to fill. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-mount-'))
  const tried = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  if (tried.status === 0) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
  return tried.status === 0
}

const storedIds = (folder: string) =>
  readRows(folder, 'select id from requests order by seq').map(({ id }) => id)

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it did not come to be in 20 s')
    await after(20)
  }
}

describe.concurrent('case 19: a store that fails costs no request, when', () => {
  it('another process keeps the database locked', () =>
    inFolder(async ({ folder, store, config }) => {
      let ids: string[] = []
      await serving(config, async ({ url }) => {
        ids = await send(url, 2)
      })
      const locker = new Libsql(join(store, 'store.db'))
      locker.exec('begin exclusive')
      await serving(config, async ({ url, said }) => {
        ids.push(...(await send(url, 6)))
        await until(() => said().includes('locked'))
        locker.exec('rollback')
        locker.close()
        await until(() => said().includes('filled again'))
      })
      expect(storedIds(folder)).toEqual(ids)
    }))

  it('the database is damaged: it is moved aside', () =>
    inFolder(async ({ folder, store, config }) => {
      mkdirSync(store)
      writeFileSync(join(store, 'store.db'), 'this is no database. '.repeat(500))
      let ids: string[] = []
      await serving(config, async ({ url, said }) => {
        ids = await send(url, 4)
        await until(() => said().includes('store-corrupt'))
      })
      expect(storedIds(folder)).toEqual(ids)
      const aside = readdirSync(store).find((file) => file.startsWith('corrupt-'))
      expect(readFileSync(join(store, aside ?? ''), 'utf8')).toContain('this is no database')
    }))

  it('the database is that of a later version: it is left alone', () =>
    inFolder(async ({ folder, store, config }) => {
      await serving(config, async ({ url }) => void (await send(url, 2)))
      const db = new Libsql(join(store, 'store.db'))
      db.exec(`insert into kysely_migration (name, timestamp) values ('9999-later', '')`)
      db.close()
      await serving(config, async ({ url, said }) => {
        await send(url, 3)
        await until(() => said().includes('store-too-new'))
      })
      expect(storedIds(folder)).toHaveLength(2)
      const journal = readdirSync(join(store, 'journal')).map((file) =>
        readFileSync(join(store, 'journal', file), 'utf8'),
      )
      expect(journal.join('').match(/request\/1\t/g)).toHaveLength(3)
    }))

  it('a part of the journal is damaged: that part is skipped', () =>
    inFolder(async ({ folder, store, config }) => {
      const served = await serveStore(config)
      const locker = new Libsql(join(store, 'store.db'))
      await until(() => existsSync(join(store, 'store.db')))
      locker.exec('begin exclusive')
      const ids = await send(served.url, 5)
      await endServed(served, 'SIGKILL')
      locker.exec('rollback')
      locker.close()
      const [segment = ''] = readdirSync(join(store, 'journal'))
      const file = join(store, 'journal', segment)
      const lines = readFileSync(file, 'latin1').split('\n')
      lines[2] = lines[2]!.replace(',200,', ',201,')
      writeFileSync(file, lines.join('\n'), 'latin1')
      await serving(config, async ({ said }) => until(() => said().includes('damaged')))
      expect(storedIds(folder)).toEqual([ids[0], ids[1], ids[3], ids[4]])
    }))

  it('its folder cannot be written, and is written as soon as it can be', () =>
    inFolder(async ({ folder, store, config }) => {
      writeFileSync(store, 'a file in its place')
      let ids: string[] = []
      await serving(config, async ({ url, said }) => {
        ids = await send(url, 4)
        await expect(sendFeedback(url, ids[0]!, 'f')).rejects.toThrow('store_unavailable')
        rmSync(store)
        await until(() => said().includes('written again'))
        ids.push(...(await send(url, 1)))
        expect(await sendFeedback(url, ids[0]!, 'f')).toBe(true)
      })
      expect(storedIds(folder)).toEqual(ids)
    }))

  it.skipIf(!canMount())('its disk is full', () =>
    inFolder(async ({ folder, store, config }) => {
      mkdirSync(store)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', store])
      try {
        let ids: string[] = []
        await serving(config, async ({ url, said }) => {
          ids = await send(url, 2)
          await until(() => existsSync(join(store, 'store.db')))
          const filler = join(store, 'filler')
          expect(() => writeFileSync(filler, Buffer.alloc(4 << 20))).toThrow('ENOSPC')
          // The journal's last page may have room for some.
          ids.push(...(await send(url, 30)))
          await until(() => said().includes('ENOSPC') || said().includes('could be written'))
          await expect(sendFeedback(url, ids[0]!, 'f')).rejects.toThrow('store_unavailable')
          rmSync(filler)
          await until(() => said().includes('written again'))
          ids.push(...(await send(url, 1)))
          expect(await sendFeedback(url, ids[0]!, 'f')).toBe(true)
        })
        expect(storedIds(folder)).toEqual(ids)
      } finally {
        execFileSync('umount', ['-l', store])
      }
    }),
  )

  it('its folder is removed', () =>
    inFolder(async ({ folder, store, config }) => {
      const later: string[] = []
      await serving(config, async ({ url }) => {
        await send(url, 2)
        await until(() => existsSync(join(store, 'store.db')))
        rmSync(store, { recursive: true, force: true })
        later.push(...(await send(url, 3)))
        await until(() => existsSync(join(store, 'store.db')))
        later.push(...(await send(url, 1)))
      })
      expect(storedIds(folder)).toEqual(expect.arrayContaining(later))
      expect(new Set(storedIds(folder)).size).toBe(storedIds(folder).length)
    }))
})

describe.concurrent('the store of a server', () => {
  it('case 20: has no key of a client or of a provider, with text and without', () =>
    inFolder(async ({ store, config }) => {
      await serving(config, async ({ url }) => {
        const [id = ''] = await send(url, 3)
        await sendFeedback(url, id, 'f')
        for (const file of readdirSync(store, { recursive: true, encoding: 'utf8' })) {
          const path = join(store, file)
          const bytes =
            existsSync(path) && /\.(db|db-wal|journal)$/.test(file) ? readFileSync(path, 'latin1') : ''
          expect(bytes).not.toContain(storeKey)
          expect(bytes).not.toContain('planted-upstream-key')
        }
      })
    }, 'store: { text: full }'))

  it('is off with `store: off`, which refuses feedback', () =>
    inFolder(async ({ store, config }) => {
      await serving(config, async ({ url }) => {
        const [id = ''] = await send(url, 1)
        await expect(sendFeedback(url, id, 'f')).rejects.toThrow('store_off')
      })
      expect(existsSync(store)).toBe(false)
    }, 'store: off'))
})
