import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Libsql } from '../../../test/support/store/read-database.ts'
import { storePaths } from '../paths.ts'
import { createDatabaseKeeper } from './database-keeper.ts'
import type { ThreadReply } from './messages.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-keeper-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Takes a question and the end. @param between what happens to the database meanwhile. */
async function run(between: () => void): Promise<readonly ThreadReply[]> {
  const replies: ThreadReply[] = []
  const waiting = new Map<ThreadReply['kind'], () => void>()
  const keeper = createDatabaseKeeper({ folder, days: null, bytes: null }, (reply) => {
    replies.push(reply)
    waiting.get(reply.kind)?.()
  })
  const answered = new Promise<void>((resolve) => waiting.set('spending', resolve))
  keeper.take({ kind: 'spending', id: 1 })
  await answered
  between()
  const closed = new Promise<void>((resolve) => waiting.set('closed', resolve))
  keeper.take({ kind: 'close', withinMs: 10_000 })
  await closed
  return replies
}

it('says at the end that totals could not be added, and ends all the same', async () => {
  const replies = await run(() => {
    const db = new Libsql(storePaths(folder).database)
    db.exec('drop table job_positions')
    db.close()
  })
  const notes = replies.filter(({ kind }) => kind === 'note')
  expect(notes).toEqual([
    {
      kind: 'note',
      fields: { problem: expect.stringContaining('job_positions') },
      message: expect.stringContaining('could not be added to the totals'),
    },
  ])
  expect(replies.at(-1)).toEqual({ kind: 'closed' })
})

it('says nothing at the end if they were added', async () => {
  const replies = await run(() => {})
  expect(replies.filter(({ kind }) => kind === 'note')).toEqual([])
})
