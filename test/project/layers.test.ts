import { describe, expect, it } from 'vitest'
import {
  findCircles,
  findCrowdedFolders,
  findForbiddenImports,
  looseFilesAtMost,
} from '../../scripts/layers/check.mjs'
import { readTree } from '../../scripts/layers/read-tree.mjs'
import { wings } from '../../scripts/layers/wings.mjs'
import { project } from '../support/run-program.ts'

const table = {
  base: ['base'],
  'routing/routers': ['base', 'routing/prompts', 'routing/routers'],
  'routing/prompts': ['base', 'routing/prompts'],
  server: ['base', 'routing', 'server'],
  cli: ['*'],
}

/** A tree of files that import what is named after them. */
function treeOf(files: Readonly<Record<string, readonly string[]>>): Map<string, string> {
  return new Map(
    Object.entries(files).map(([path, imports]) => [
      path,
      imports.map((target) => `import { x } from '${target}'\n`).join(''),
    ]),
  )
}

const forbidden = (files: Readonly<Record<string, readonly string[]>>) =>
  findForbiddenImports(treeOf(files), table)

describe('the layer table', () => {
  it('allows imports of the folders in the row, of the same folder, and of files directly in src/', () => {
    expect(
      forbidden({
        'src/routing/routers/mf/router.ts': [
          './weights.ts',
          '../../../base/math/dot.ts',
          '../../../errors.ts',
        ],
        'src/routing/routers/mf/weights.ts': ['../../prompts/prompt.ts'],
        'src/index.ts': ['./server/http.ts'],
        'src/cli/main.ts': ['../server/http.ts'],
        'src/base/dot.test.ts': ['../server/http.ts', '../../test/support/numbers.ts'],
      }),
    ).toEqual([])
  })

  it('forbids an import upwards or sideways', () => {
    expect(forbidden({ 'src/base/dot.ts': ['../routing/prompts/prompt.ts'] })).toEqual([
      'src/base/dot.ts imports src/routing/prompts/prompt.ts: base/ may import base',
    ])
    expect(forbidden({ 'src/routing/prompts/prompt.ts': ['../routers/router.ts'] })).toHaveLength(1)
  })

  it('sees type imports, dynamic imports and re-exports', () => {
    const sources = [
      `import type { T } from '../server/http.ts'`,
      `const t = await import('../server/http.ts')`,
      `export { t } from '../server/http.ts'`,
      `type T = import('../server/http.ts').T`,
    ]
    for (const source of sources)
      expect(findForbiddenImports(new Map([['src/base/dot.ts', source]]), table)).toHaveLength(1)
  })

  it('wants a row for every folder', () => {
    expect(forbidden({ 'src/utils/any.ts': [] })).toEqual([
      'src/utils/ has no row in scripts/layers/wings.mjs',
    ])
  })

  it('lets nobody import the command line, not even a test or an entry', () => {
    expect(forbidden({ 'src/index.ts': ['./cli/main.ts'] })).toEqual([
      'src/index.ts imports src/cli/main.ts: nobody imports src/cli/',
    ])
    expect(forbidden({ 'src/base/dot.test.ts': ['../cli/main.ts'] })).toHaveLength(1)
  })

  it('lets src/ import nothing beside it', () => {
    expect(forbidden({ 'src/server/http.ts': ['../../recipes/builtin/train.ts'] })).toEqual([
      'src/server/http.ts imports recipes/builtin/train.ts: src/ imports only src/',
    ])
  })
})

describe('circles of imports', () => {
  it('are found with all their files, and once', () => {
    const tree = treeOf({
      'src/a.ts': ['./b.ts'],
      'src/b.ts': ['./c.ts', './d.ts'],
      'src/c.ts': ['./a.ts'],
      'src/d.ts': [],
    })
    expect(findCircles(tree)).toEqual(['a circle of imports: src/a.ts, src/b.ts, src/c.ts'])
  })

  it('are found between types', () => {
    const tree = new Map([
      ['src/a.ts', `import type { B } from './b.ts'`],
      ['src/b.ts', `import type { A } from './a.ts'`],
    ])
    expect(findCircles(tree)).toHaveLength(1)
  })

  it('of one file are found', () => {
    expect(findCircles(treeOf({ 'src/a.ts': ['./a.ts'] }))).toEqual(['a circle of imports: src/a.ts'])
  })

  it('are not seen in a tree where two ways lead to one file', () => {
    const tree = treeOf({
      'src/a.ts': ['./b.ts', './c.ts'],
      'src/b.ts': ['./d.ts'],
      'src/c.ts': ['./d.ts'],
      'src/d.ts': [],
    })
    expect(findCircles(tree)).toEqual([])
  })
})

describe('crowded folders', () => {
  const files = (folder: string, count: number, ending = '.ts') =>
    treeOf(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/f${index}${ending}`, []])),
    )

  it.each(['src/base', 'scripts', 'benchmarks/speed', 'recipes/builtin'])('are found: %s', (folder) => {
    expect(findCrowdedFolders(files(folder, looseFilesAtMost))).toEqual([])
    expect(findCrowdedFolders(files(folder, looseFilesAtMost + 1))).toEqual([
      `${folder}/ has 13 loose files; more than 12 need folders`,
    ])
  })

  it('do not count tests beside their sources, but tests in test/', () => {
    expect(findCrowdedFolders(files('src/base', 20, '.test.ts'))).toEqual([])
    expect(findCrowdedFolders(files('test/fault', 13, '.test.ts'))).toHaveLength(1)
  })
})

describe('this project', () => {
  const tree = readTree(project)

  it('is read', () => {
    expect(tree.has('src/index.ts')).toBe(true)
    expect(tree.has('test/project/layers.test.ts')).toBe(true)
    expect(tree.size).toBeGreaterThan(500)
  })

  it('keeps to the layer table', () => expect(findForbiddenImports(tree, wings)).toEqual([]))

  it('has no crowded folder', () => expect(findCrowdedFolders(tree)).toEqual([]))
})
