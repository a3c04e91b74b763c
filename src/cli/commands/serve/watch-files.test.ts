import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFileWatch, type FileWatch } from './watch-files.ts'

let folder: string
let watch: FileWatch
let changes: number
let changed: Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-watch-'))
  changes = 0
  changed = new Promise((resolve) => {
    watch = createFileWatch(
      () => {
        changes++
        resolve()
      },
      { intervalMs: 30, settledMs: 15 },
    )
  })
})

afterEach(async () => {
  watch.close()
  await rm(folder, { recursive: true })
})

it('reports a file that was changed while the others were still being read', async () => {
  const readAt = Date.now()
  const file = join(folder, 'a.yaml')
  await writeFile(file, 'version: 1')
  watch.set([file], readAt)
  await changed
})

it('reports a file with an old time that was moved to its place meanwhile', async () => {
  const [old, file] = [join(folder, 'old'), join(folder, 'a.yaml')]
  await writeFile(old, 'version: 1')
  await utimes(old, 1_000_000, 1_000_000)
  const readAt = Date.now()
  await rename(old, file)
  watch.set([file], readAt)
  await changed
})

it('reports a change right after it was set, however early', async () => {
  const file = join(folder, 'a.yaml')
  await writeFile(file, 'version: 1')
  watch.set([file], Date.now() + 60_000) // what is there is what was read
  await writeFile(file, 'version: 1 # changed')
  await changed
})

it('reports a file that comes, and the removal of an optional one only', async () => {
  const [needed, optional] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')]
  await writeFile(needed, '')
  await writeFile(optional, '')
  watch.set([needed, optional, join(folder, 'none')], Date.now() + 60_000, [optional])
  await rm(needed)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(changes).toBe(0)
  await rm(optional)
  await changed
})
