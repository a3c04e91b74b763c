import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { providerKinds } from '../../src/providers/registry.ts'
import { embedderKinds } from '../../src/routing/embedding/registry.ts'
import { policyKinds } from '../../src/routing/policies/registry.ts'
import { builtinRouterKinds } from '../../src/routing/routers/registry.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file: `src/${file.replaceAll('\\', '/')}`, code: withoutComments(file) }))

const tables = [
  { what: 'router', folder: 'src/routing/routers', kinds: builtinRouterKinds },
  { what: 'provider', folder: 'src/providers', kinds: providerKinds },
  { what: 'embedder', folder: 'src/routing/embedding', kinds: embedderKinds },
  { what: 'policy', folder: 'src/routing/policies', kinds: Object.values(policyKinds) },
]

/** Where a kind is trained, and what is served if nothing is configured. */
const mayName = [
  /^src\/learning\/training\//,
  /^src\/jobs\/(train|fine-tune)\//,
  /^src\/cli\/commands\/train\//,
  /^src\/config\/demo\.ts$/,
  /^src\/cli\/setup\/named-models\.ts$/, // the provider of models that only flags name
  /^src\/gateway\/protocols\//, // `length` is why a reply ended
  /^src\/routing\/routers\/cascade-kind\.ts$/, // the kind of an artifact, which shares the policy's name
]

/** The router, the embedder and the policy of everything that names none. */
const defaults = ['mf', 'builtin', 'pair']

/** Words of the language besides: they name a kind only beside `kind`. */
const ordinaryWords = [
  ...['length', 'random', 'rules', 'cluster', 'demo', 'builtin', 'onnx'],
  ...['openai', 'anthropic', 'azure'], // companies, and names of packages
]

function withoutComments(file: string): string {
  return readFileSync(join(root, 'src', file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')
}

/** The places where code depends on the name of a kind: a comparison, a tag, or a whole text that is the name. */
function dependencies(code: string, kind: string): string[] {
  const comparison = new RegExp(`kind[^\\n]{0,12}[!=]==? '${kind}'|kind: '${kind}'|case '${kind}':`, 'g')
  const text = new RegExp(`['"\`]${kind}['"\`]`, 'g')
  const found = [...code.matchAll(comparison)]
  if (!ordinaryWords.includes(kind)) found.push(...code.matchAll(text))
  return found.map(([match]) => match)
}

describe.each(tables)('a kind of $what', ({ folder, kinds }) => {
  it.each(kinds.map(({ kind }) => kind))('%s is stated in its folder, and named nowhere else', (kind) => {
    expect(existsSync(join(root, folder, kind, 'kind.ts'))).toBe(true)
    if (defaults.includes(kind)) return
    // A provider and an embedder may have one name; each states it in its own folder.
    const mayState = tables.map((table) => `${table.folder}/${kind}/`)
    const places = sources
      .filter(({ file }) => !mayState.some((place) => file.startsWith(place)))
      .filter(({ file }) => !mayName.some((may) => may.test(file)))
      .flatMap(({ file, code }) => dependencies(code, kind).map((match) => `${file}: ${match}`))
    expect(places).toEqual([])
  })

  it('has one row', () => {
    const registry = readFileSync(join(root, folder, 'registry.ts'), 'utf8')
    for (const { kind } of kinds)
      expect(registry.split('\n').filter((line) => line.includes(`/${kind}/`))).toEqual([
        expect.stringMatching(new RegExp(`^import \\{ \\w+ \\} from './${kind}/kind\\.ts'$`)),
      ])
  })
})

const contracts = [
  'src/routing/routers/router.ts',
  'src/routing/embedding/embedder.ts',
  'src/providers/provider.ts',
]

it('importing the tables loads no router, no embedder and no provider', () => {
  const entries = tables.map(({ folder }) => `${folder}/registry.ts`)
  const loaded = staticImports(entries)
  expect(loaded).toContain('src/routing/routers/rules/kind.ts')
  expect(
    loaded.filter((file) => /\/(router|load|embedder|provider)\.ts$/.test(file) && !contracts.includes(file)),
  ).toEqual([])
  expect(loaded.filter((file) => file.includes('/onnx/'))).toEqual([
    'src/routing/embedding/onnx/kind.ts',
    'src/routing/embedding/onnx/spec.ts',
    'src/routing/onnx/inference/runtime-packages.ts',
  ])
})

/** The files that importing some files loads, themselves included. */
function staticImports(entries: readonly string[]): string[] {
  const loaded = new Set(entries)
  for (const file of loaded) {
    const code = sources.find((source) => source.file === file)?.code ?? ''
    for (const [, target = ''] of code.matchAll(/^(?:import|export) (?!type )[^']*? from '(\.[^']+)'/gm))
      loaded.add(join(file, '..', target).replaceAll('\\', '/'))
  }
  return [...loaded].toSorted()
}

it('every kind of router has a page', () => {
  for (const { kind } of builtinRouterKinds)
    expect(existsSync(join(root, 'docs/routers', `${kind}.md`))).toBe(true)
})

it('would find a name that code depends on', () => {
  expect(dependencies("if (router.kind === 'rules') return", 'rules')).toHaveLength(1)
  expect(dependencies("const kinds = ['knn']", 'knn')).toHaveLength(1)
  expect(dependencies("feature: 'length'", 'length')).toEqual([])
})
