import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundleEdge } from '../../scripts/setup/bundle-edge.mjs'
import { edgeModules } from '../support/edge/start-edge.ts'
import { bundleWorker } from '../support/edge/start-workerd.ts'
import { project } from '../support/run-program.ts'

const megabyte = 1_000_000
let text: string
beforeAll(async () => {
  text = (await bundleEdge()).text
})

/** What a module imports. */
function importsOf(module: string): string[] {
  const found = module.matchAll(
    /^(?:import|export)[^'"\n]*from ?["']([^"']+)["']|^import ?["']([^"']+)["']|\b(?:import|require)\(["']([^"']+)["']\)/gm,
  )
  return [...new Set(Array.from(found, ([, from, bare, called]) => from ?? bare ?? called ?? ''))].sort()
}

describe('the bundle of the fetch handler', () => {
  it('imports dependencies of the package and nothing of Node', async () => {
    const { dependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'))
    const imports = importsOf(text)
    expect(imports).toEqual(['fastest-levenshtein', 'quick-lru', 'zod'])
    for (const name of imports) expect(Object.keys(dependencies)).toContain(name)
  })

  it('uses no global of Node without replacing it', () => {
    // What the bundle brings itself is renamed by the bundler.
    expect(text).not.toMatch(
      /(?<![\w$.])(?:process\.(?:env|versions|platform|cwd|on|stdout)|__dirname|__filename|globalThis\.process)\b/,
    )
    expect(text).not.toMatch(/(?<![\w$.'"`])(?:eval|new Function)\(/)
  })

  it('carries the licences of what it has taken in', () => {
    const licences = text.slice(0, text.indexOf('*/'))
    for (const name of ['buffer', 'base64-js', 'ieee754', '@noble/hashes'])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))
    expect(licences.match(/Permission is hereby granted|Redistribution and use/g)).toHaveLength(4)
  })

  it('fits into a worker of a paid plan with the built-in router, and without it into a free one', async () => {
    const worker = "export { fetchHandler } from 'routellm/fetch-handler'"
    const code = gzipSync(await bundleWorker(worker, true)).length
    const { artifacts } = await edgeModules()
    // docs/edge.md names these numbers.
    expect(code).toBeLessThan(0.35 * megabyte)
    expect(gzipSync(artifacts).length).toBeLessThan(4.4 * megabyte)
  })
})
