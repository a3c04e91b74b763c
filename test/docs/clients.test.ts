import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { clientsMarkdown } from '../../scripts/docs/clients.mjs'
import { agentPackages } from '../../scripts/testing/agents.mjs'
import { agentsUnderTest } from '../support/clients/agents/agents.ts'
import { features } from '../support/clients/features.ts'
import { project } from '../support/run-program.ts'

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('works'),
    translation: z.string().nullable(),
    dropped: z.array(z.string()),
    notes: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    by: z.enum(['gateway', 'provider', 'client']),
    why: z.string(),
  }),
  z.strictObject({ kind: z.literal('absent'), why: z.string() }),
])
const table = z.strictObject({
  measured: z.iso.date(),
  clients: z.array(z.strictObject({ name: z.string(), packages: z.array(z.string()) })),
  providers: z.array(z.string()),
  features: z.array(z.string()),
  rows: z.record(z.string(), z.record(z.string(), z.record(z.string(), outcome))),
})

it('the table of coding agents has a cell for each agent, feature and provider, of the releases that are installed', () => {
  const file = join(project, 'test', 'golden', 'clients', 'agents.json')
  const found = table.parse(JSON.parse(readFileSync(file, 'utf8')))
  const tools = agentsUnderTest.map(({ tool }) => tool)
  expect(found.clients.map(({ name }) => name)).toEqual(tools)
  expect(found.clients.flatMap(({ packages }) => packages.map((each) => each.replace(' ', '@')))).toEqual(
    agentPackages,
  )
  expect(found.features).toEqual(features)
  for (const tool of tools)
    for (const feature of features)
      expect(Object.keys(found.rows[tool]?.[feature] ?? {}).toSorted()).toEqual(found.providers.toSorted())
})

it('joins clients and features with the same cells, and numbers what is not as it should be', () => {
  const works = (dropped: string[] = []) => ({
    kind: 'works' as const,
    translation: null,
    dropped,
    notes: [],
  })
  const refused = { kind: 'refused' as const, by: 'provider', why: '400 no' }
  const own = {
    text: { p: works() },
    image: { p: works() },
    thinking: { p: { whole: works(['a']), streamed: refused } },
  }
  const markdown = clientsMarkdown(
    {
      clients: ['x 1, Messages', 'x 2, Messages'].map((name) => ({ name, packages: ['x 1.0.0'] })),
      providers: ['p'],
      features: ['text', 'image', 'thinking'],
      rows: { 'x 1, Messages': own, 'x 2, Messages': own },
    },
    'n',
  )
  expect(markdown).toContain(
    '| x 1; x 2, Messages | text, image | ✓ |\n|  | thinking | ✓ [1](#n1) / ✗ [2](#n2) |',
  )
  expect(markdown).toContain('2. <a id="n2"></a>the provider refuses it: 400 no')
})
