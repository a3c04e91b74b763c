import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import picocolors from 'picocolors'
import { expect, it } from 'vitest'
import { decisionLines } from '../../src/cli/commands/route/print.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { buildGateway } from '../../src/gateway/build-gateway.ts'
import { needsOfPrompt } from '../../src/routing/catalogue/request-needs.ts'
import { project } from '../support/run-program.ts'

/** A page's first pool: its file, the prompt that it asks about, and the block that shows the decision. */
async function findPool(page: string) {
  const text = await readFile(join(project, page), 'utf8')
  const [, file = '', after = ''] =
    /<<'END'\n(version: 1\n(?:(?!\nEND\n)[\s\S])*?kind: cheapest-good-enough[\s\S]*?)\nEND\n([\s\S]*)/.exec(
      text,
    ) ?? []
  const [, prompt = ''] = /routellm route "([^"]+)"/.exec(after) ?? []
  const [, shown = ''] = /\n```\n([\s\S]*?)\n```\n/.exec(after.slice(after.indexOf('```\n') + 4)) ?? []
  return { file, prompt, shown }
}

it.each(['README.md', 'docs/policies.md'])('%s shows the decision of its pool', async (page) => {
  const { file, prompt, shown } = await findPool(page)
  const config = parseConfig(file, 'pool.yaml')
  const gateway = await buildGateway(config, {
    apiKeys: {},
    routerDependencies: { embedderOptions: {}, hub: {} },
  })
  try {
    const decision = await gateway.explain({ model: 'auto', prompt, needs: needsOfPrompt(prompt) })
    const lines = decisionLines(decision, config.policy, picocolors.createColors(false))
    expect(shown).toBe(lines.join('\n'))
  } finally {
    await gateway.close()
  }
})
