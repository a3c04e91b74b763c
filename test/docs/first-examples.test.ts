import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decideUnconfigured, firstExamples } from '../../scripts/docs/decisions.mjs'
import { project } from '../support/run-program.ts'

const load = (path: string) =>
  import(/* @vite-ignore */ pathToFileURL(join(project, 'src', `${path}.ts`)).href)
const modelsOf = async (prompts: readonly string[]) =>
  (await decideUnconfigured(load, prompts)).map(({ model }) => model)

describe('the first examples of README.md go where a person would send them', () => {
  it('with the command line', async () => {
    expect(await modelsOf([firstExamples.weak, firstExamples.strong])).toEqual(['weak', 'strong'])
  })

  it('with curl, and with the client', async () => {
    const readme = readFileSync(join(project, 'README.md'), 'utf8')
    const contents = [...readme.matchAll(/"content": "([^"]+)"|content: '([^']+)'/g)]
    const [curl, pool, client] = contents.map(([, inJson, inCode]) => inJson ?? inCode ?? '')
    expect(contents).toHaveLength(3)
    expect(await modelsOf([curl ?? '', pool ?? '', client ?? ''])).toEqual(['strong', 'weak', 'weak'])
  })
})
