import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { agentPackages } from '../../scripts/testing/agents.mjs'
import { agentsUnderTest } from '../support/clients/agents/agents.ts'
import { type AgentOutcome, measureAgent } from '../support/clients/agents/measure-agent.ts'
import { features } from '../support/clients/features.ts'
import { providersUnderTest } from '../support/clients/providers/providers.ts'
import { describeWith, requirement } from '../support/requirement.ts'
import { project } from '../support/run-program.ts'

const installed = await requirement('coding agents')
/** Each run starts an agent, so that the kinds of provider are tried, and of the presets those that insist on most. */
const providers = providersUnderTest.filter(({ name }) =>
  ['openai', 'azure', 'anthropic', 'gemini', 'mistral', 'deepseek'].includes(name),
)

describeWith(installed, 'the table of coding agents', (folder) => {
  const rows: Record<string, Record<string, Record<string, AgentOutcome>>> = {}

  it.each(
    agentsUnderTest.flatMap((agent) => features.map((feature) => [agent.tool, feature, agent] as const)),
  )('%s: %s', async (tool, feature, agent) => {
    const row: Record<string, AgentOutcome> = {}
    const own = rows[tool] ?? {}
    rows[tool] = own
    own[feature] = row
    for (const provider of providers)
      row[provider.name] = await measureAgent(folder, agent, provider, feature)
    expect(Object.entries(row).filter(([, { kind }]) => kind === 'wrong')).toEqual([])
  })

  it('is kept', async () => {
    const clients = agentsUnderTest.map(({ tool, package: name }) => {
      const release = agentPackages.find((each) => each.startsWith(`${name}@`)) ?? name
      return { name: tool, packages: [release.replace(/@(?=[^@]*$)/, ' ')] }
    })
    const table = {
      measured: new Date().toISOString().slice(0, 10),
      clients,
      providers: providers.map(({ name }) => name),
      features,
      rows,
    }
    const file = join(project, 'test', 'golden', 'clients', 'agents.json')
    await writeFile(file, `${JSON.stringify(table, null, 1)}\n`)
  })
})
