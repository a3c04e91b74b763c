import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSettingsFile, undoSettingsFile, writeSettingsFile } from './settings-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-settings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const write = async (file: string, text: string) => writeSettingsFile(await openSettingsFile(file), text)
const undo = async (file: string) => undoSettingsFile(await openSettingsFile(file))

it('restores the exact bytes and permissions of before the first write', async () => {
  const file = join(folder, 's.json')
  const bytes = Buffer.from('\uFEFF{ "a": 1 }\r\n')
  await writeFile(file, bytes)
  await chmod(file, 0o640)
  await write(file, 'first')
  await write(file, 'second')
  expect(await readFile(file, 'utf8')).toBe('second')
  expect((await stat(file)).mode & 0o777).toBe(0o640)
  expect(await undo(file)).toEqual({ action: 'restored', kept: null })
  expect(await readFile(file)).toEqual(bytes)
  expect((await stat(file)).mode & 0o777).toBe(0o640)
  expect(await readdir(folder)).toEqual(['s.json'])
  await expect(undo(file)).rejects.toMatchObject({ code: 'no-backup', param: '--undo' })
})

it('removes a file that was not there, and the folders that it made for it', async () => {
  const file = join(folder, 'a', 'b', 's.json')
  await write(file, 'x')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await undo(file)).toEqual({ action: 'removed', kept: null })
  expect(await readdir(folder)).toEqual([])
})

it('leaves a folder that somebody put something into', async () => {
  const file = join(folder, 'a', 's.json')
  await write(file, 'x')
  await writeFile(join(folder, 'a', 'other'), '')
  await undo(file)
  expect(await readdir(join(folder, 'a'))).toEqual(['other'])
})

it('keeps a copy of what somebody changed after a write, before the last one too', async () => {
  const file = join(folder, 's.json')
  await writeFile(file, 'before')
  await write(file, 'ours')
  await writeFile(file, 'theirs')
  expect(await undo(file)).toEqual({ action: 'restored', kept: `${file}.routellm-replaced` })
  expect(await readFile(`${file}.routellm-replaced`, 'utf8')).toBe('theirs')
  await write(file, 'ours')
  await writeFile(file, 'theirs and')
  await write(file, 'theirs and ours')
  expect(await undo(file)).toMatchObject({ kept: `${file}.routellm-replaced` })
  expect(await readFile(`${file}.routellm-replaced`, 'utf8')).toBe('theirs and ours')
  expect(await readFile(file, 'utf8')).toBe('before')
})

it('writes to what a symbolic link leads to', async () => {
  const target = join(folder, 'dotfiles.json')
  const link = join(folder, 's.json')
  await writeFile(target, 'before')
  await symlink(target, link)
  await write(link, 'after')
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(await readFile(target, 'utf8')).toBe('after')
  await undo(link)
  expect(await readFile(target, 'utf8')).toBe('before')
})

it('refuses a damaged record of undoing', async () => {
  const file = join(folder, 's.json')
  await write(file, 'x')
  await writeFile(`${file}.routellm-undo.json`, '{"version":2}')
  await expect(undo(file)).rejects.toMatchObject({ code: 'no-backup' })
  expect(await readFile(file, 'utf8')).toBe('x')
})

it('says why a file cannot be read', async () => {
  await writeFile(join(folder, 'f'), '')
  await expect(openSettingsFile(join(folder, 'f', 's.json'))).rejects.toMatchObject({
    code: 'settings-unreadable',
    message: expect.stringContaining('not a folder'),
  })
})

it('says why a file cannot be written, and leaves nothing behind', async () => {
  const file = await openSettingsFile(join(folder, 'a', 's.json'))
  await writeFile(join(folder, 'a'), '')
  await expect(writeSettingsFile(file, 'x')).rejects.toMatchObject({
    code: 'output-unwritable',
    param: '--write',
  })
  expect(await readdir(folder)).toEqual(['a'])
})
