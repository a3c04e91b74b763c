import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { htmlPage } from './page.tsx'

const source = fileURLToPath(new URL('../../../', import.meta.url))

it('a page runs no script, loads nothing and sends nothing, whatever text is in it', () => {
  const html = htmlPage({ title: '</title><script>alert(1)</script>\u0000\u202e', style: '', body: null })
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1]

  expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<title>'))
  expect(html).not.toMatch(/<script/)
  for (const mark of ['\u0000', '\u202e']) expect(html).not.toContain(mark)
})

it('every page of this package is made here', () => {
  const makers = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'))
    .filter((file) => /['`]<!doctype html/i.test(readFileSync(join(source, file), 'utf8')))
  expect(makers).toEqual([join('learning', 'evaluation', 'reports', 'page.tsx')])
})
