import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { project } from '../support/run-program.ts'

/** Paths in backticks that name one file or folder of the repository; `<kind>` stands for any name. */
function pathsIn(markdown: string): string[] {
  const paths = markdown.matchAll(/`((?:src|test|scripts|benchmarks|recipes|docs|examples)\/[\w./<>-]*)`/g)
  return [...new Set([...paths].map(([, path = '']) => path.replace(/<[a-z]+>.*$/, '')))]
}

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', 'docs/performance.md'])(
  'the paths in %s',
  (page) => {
    it('exist', () => {
      const paths = pathsIn(readFileSync(join(project, page), 'utf8'))
      expect(paths.filter((path) => !existsSync(join(project, path)))).toEqual([])
    })
  },
)

it('a path up to a placeholder is checked, and one of another project is not', () => {
  expect(pathsIn('`src/routers/<kind>/kind.ts` and `docs/a.md`, not `routellm/evals` or src/b')).toEqual([
    ...['src/routers/', 'docs/a.md'],
  ])
})
