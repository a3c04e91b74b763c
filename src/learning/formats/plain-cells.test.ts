import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ReadRowsOptions, readRows } from './read-rows.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plain-cells-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(content: string, options: ReadRowsOptions = {}) {
  const file = join(folder, 'a.csv')
  await writeFile(file, content)
  const values: unknown[] = []
  for await (const { value } of readRows(file, options)) values.push(value)
  return values
}

it('plainCells leaves the cells of columns with a meaning of ours as they are', async () => {
  const csv = 'tags,weight,scores.a\n"x, y",heavy,z'
  expect(await read(csv, { plainCells: true })).toEqual([{ tags: 'x, y', weight: 'heavy', 'scores.a': 'z' }])
  await expect(read(csv)).rejects.toMatchObject({ code: 'invalid-row' })
})

it('onBadRow is told of records of another length than the header, which are passed over', async () => {
  const told: string[] = []
  const csv = 'a,weight\n1,2\n1\n1,x\n2,3'
  expect(await read(csv, { onBadRow: ({ code }) => told.push(code) })).toEqual([
    { a: '1', weight: 2 },
    { a: '2', weight: 3 },
  ])
  expect(told).toEqual(['csv-field-count', 'invalid-row'])
})
