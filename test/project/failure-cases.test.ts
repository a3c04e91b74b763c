import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { project } from '../../scripts/setup/project.mjs'

/** What a gateway must survive, by the numbers of the list that the tests were written from. */
const cases = 30
it('every failure case is named by the title of a test', async () => {
  const named = new Set<number>()
  for (const folder of ['test', 'src'])
    for (const file of await readdir(join(project, folder), { recursive: true }))
      if (file.endsWith('.test.ts')) {
        const text = await readFile(join(project, folder, file), 'utf8')
        for (const [, number] of text.matchAll(titles)) named.add(Number(number))
      }
  const missing = Array.from({ length: cases }, (_, index) => index + 1).filter((each) => !named.has(each))
  expect(missing).toEqual([])
})

/** A call of `it` or `describe`, or of what `each` gives, whose first argument begins with `case 11: `. */
const titles = /(?:\b(?:it|test|describe)|\))\(\s*['"`]case (\d+): /g
