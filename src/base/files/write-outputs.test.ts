import { spawnSync } from 'node:child_process'
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { putInPlace } from './atomic-file.ts'
import { checkOutput, toOutputError, writeOutputs } from './write-outputs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outputs-'))
})
afterEach(() => rm(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

describe('writeOutputs', () => {
  it('puts all files in place together, gzip by name, and nothing beside them', async () => {
    await writeFile(at('b.txt.gz'), 'old')
    const result = await writeOutputs([], async (open) => {
      const a = await open(at('a.txt'))
      const b = await open(at('b.txt.gz'))
      for (let part = 0; part < 1000; part++) {
        await a.write(`${part} of a\n`)
        await b.write(Buffer.from(`${part} of b\n`))
      }
      expect(await readFile(at('b.txt.gz'), 'utf8')).toBe('old')
      return 7
    })
    expect(result).toBe(7)
    expect((await readFile(at('a.txt'), 'utf8')).split('\n')).toHaveLength(1001)
    expect(gunzipSync(await readFile(at('b.txt.gz'))).toString()).toMatch(/^0 of b\n(.*\n)*999 of b\n$/)
    expect((await readdir(folder)).toSorted()).toEqual(['a.txt', 'b.txt.gz'])
  })

  it('puts none in place if the work fails', async () => {
    await writeFile(at('a.txt'), 'old')
    const written = writeOutputs([], async (open) => {
      await (await open(at('a.txt'))).write('new')
      await (await open(at('b.txt.gz'))).write('new'.repeat(100_000))
      throw new Error('no more')
    })
    await expect(written).rejects.toThrow('no more')
    expect(await readdir(folder)).toEqual(['a.txt'])
    expect(await readFile(at('a.txt'), 'utf8')).toBe('old')
  })

  it('refuses a file that is an input, by any of its names', async () => {
    await writeFile(at('in.txt'), 'input')
    await symlink(at('in.txt'), at('symbolic.txt'))
    await link(at('in.txt'), at('hard.txt'))
    await symlink(folder, at('folder'))
    for (const name of ['in.txt', 'symbolic.txt', 'hard.txt', 'folder/in.txt']) {
      const written = writeOutputs([at('other.txt'), at('in.txt')], (open) => open(at(name), '--html'))
      await expect(written, name).rejects.toMatchObject({ code: 'output-is-input', param: '--html' })
    }
    // The input's name is a link too.
    await expect(checkOutput(at('in.txt'), [at('symbolic.txt')])).rejects.toMatchObject({
      code: 'output-is-input',
    })
    expect(await readFile(at('in.txt'), 'utf8')).toBe('input')
    await expect(checkOutput(at('new.txt'), [at('in.txt')])).resolves.toBeUndefined()
  })

  it('refuses a missing folder, a folder, a device and one name for two outputs', async () => {
    await mkdir(at('present'))
    for (const path of [at('missing/a.txt'), at('present'), '/dev/null'])
      await expect(writeOutputs([], (open) => open(path))).rejects.toMatchObject({
        code: 'output-unwritable',
      })
    const twice = writeOutputs([], async (open) => {
      await open(at('a.txt'))
      await open(at('a.txt'), '--report')
    })
    await expect(twice).rejects.toMatchObject({ code: 'output-unwritable', param: '--report' })
    expect(await readdir(folder)).toEqual(['present'])
  })

  it('removes what dead processes left for the same file, and nothing else', async () => {
    const { pid: dead } = spawnSync(process.execPath, ['-e', ''])
    const alive = process.ppid
    const names = [
      `.a.txt.${dead}-00c0ffee.partial`,
      `.a.txt.${alive}-00c0ffee.partial`,
      '.a.txt.mine',
      'b.txt',
    ]
    for (const name of names) await writeFile(at(name), '')
    await writeOutputs([], async (open) => (await open(at('a.txt'))).write('a'))
    expect((await readdir(folder)).toSorted()).toEqual([...names.slice(1), 'a.txt'].toSorted())
  })
})

describe('toOutputError', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EACCES', 'permission is denied'],
    ['EROFS', 'the file system is read-only'],
    ['EWHAT', 'something else'],
  ])('%s: %s', (code, says) => {
    const cause = Object.assign(new Error('something else'), { code })
    expect(toOutputError('out.txt', cause, '--html')).toMatchObject({
      code: 'output-unwritable',
      param: '--html',
      message: expect.stringContaining(`out.txt cannot be written: ${says}`),
      cause,
    })
  })
})

describe('putInPlace', () => {
  it('replaces a file whole, or leaves it as it was', async () => {
    await writeFile(at('a'), 'old')
    const failed = putInPlace(at('a'), async (temporary) => {
      await writeFile(temporary, 'half')
      throw new Error('no more')
    })
    await expect(failed).rejects.toThrow('no more')
    expect(await readFile(at('a'), 'utf8')).toBe('old')
    await putInPlace(at('a'), (temporary) => writeFile(temporary, 'new'))
    expect(await readFile(at('a'), 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['a'])
  })
})
