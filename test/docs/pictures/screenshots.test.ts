import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pictures } from '../../../scripts/docs/screenshots/pictures.mjs'
import { viewPaths } from '../../../src/server/page/views.ts'
import { project } from '../../support/run-program.ts'

const images = join(project, 'docs', 'images')
const pages = [
  'README.md',
  ...readdirSync(join(project, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** The files of the repository that a page shows. */
function imagesIn(page: string): string[] {
  const text = readFileSync(join(project, page), 'utf8')
  const found = [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"/g)]
  return found.map((each) => each[1] ?? each[2] ?? '').filter((path) => !/^https?:/.test(path))
}

it('each view of the page has a picture', () => {
  const shown = pictures.map(({ path }) => path.split(/[#?]/)[0] ?? '')
  const isShown = (view: string) =>
    shown.some((path) => path === view || (view !== '/' && path.startsWith(`${view}/`)))
  expect(viewPaths.filter((view) => !isShown(view))).toEqual([])
})

describe.each(['audit', ...pictures.map(({ name }) => name)])('the picture %s', (name) => {
  it('is there in both schemes, small, and on a page', () => {
    for (const file of [`${name}.png`, `${name}-dark.png`]) {
      expect(existsSync(join(images, file)), `node scripts/screenshots.mjs ${name} makes ${file}`).toBe(true)
      expect(statSync(join(images, file)).size).toBeLessThanOrEqual(150 * 1024)
      const shown = pages.flatMap(imagesIn)
      expect(shown.filter((path) => path.endsWith(`images/${file}`)).length).toBeGreaterThan(0)
    }
  })
})

it.each(pages.filter((page) => imagesIn(page).length > 0))('%s shows pictures that exist', (page) => {
  const missing = imagesIn(page).filter((path) => !existsSync(join(project, dirname(page), path)))
  expect(missing).toEqual([])
})
