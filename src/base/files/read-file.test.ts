import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readFileFacts } from './file-digest.ts'
import { readRegularFile } from './read-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-file-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('reads a regular file up to the limit, also through a link', async () => {
  const file = join(folder, 'a')
  await writeFile(file, 'abc')
  await symlink(file, join(folder, 'link'))
  expect((await readRegularFile(join(folder, 'link'), 3)).toString()).toBe('abc')
  await expect(readRegularFile(file, 2)).rejects.toThrow(/it has 3 bytes; at most 2 are read/)
  await expect(readRegularFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it.skipIf(process.platform === 'win32')('refuses a pipe, a device and a folder at once', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const path of [pipe, '/dev/zero', folder]) {
    await expect(readRegularFile(path), path).rejects.toThrow(/^it is not a regular file$/)
    await expect(readFileFacts(path), path).rejects.toMatchObject({ code: 'data-file-unreadable' })
  }
})
