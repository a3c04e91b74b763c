import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readFileFacts } from './file-digest.ts'

it('says what identifies a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'file-facts-'))
  try {
    const file = join(folder, 'abc.txt')
    await writeFile(file, 'abc')
    await utimes(file, new Date(), new Date('2024-06-26T10:00:00Z'))
    expect(await readFileFacts(file)).toEqual({
      // FIPS 180-2, appendix B.1
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      modified: new Date('2024-06-26T10:00:00Z'),
    })
    await expect(readFileFacts(join(folder, 'none'))).rejects.toMatchObject({ code: 'data-file-unreadable' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
