import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientKeyHmac, newClientKey } from '../../src/config/client-key.ts'
import { routellm } from '../support/command-line.ts'
import { startGateway } from '../support/gateway-under-test.ts'
import { describeWith, requirement } from '../support/requirement.ts'
import { run } from '../support/run-program.ts'
import { speak } from '../support/streams/spoken-replies.ts'

/** How each agent runs without a terminal, and how its own tool for reading a file is called. */
const agents = [
  {
    tool: 'claude-code',
    program: ['claude', '-p'],
    read: (file: string) => ({ name: 'Read', arguments: { file_path: file } }),
  },
  {
    tool: 'codex',
    program: ['codex', 'exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'],
    read: (file: string) => ({ name: 'exec_command', arguments: { cmd: `cat ${file}` } }),
  },
  {
    tool: 'opencode',
    program: ['opencode', 'run'],
    read: (file: string) => ({ name: 'read', arguments: { filePath: file } }),
  },
] as const

/** The path of each protocol that a model may speak. */
const pathOf = {
  messages: '/v1/messages',
  responses: '/v1/responses',
  'chat-completions': '/v1/chat/completions',
} as const
const upstreamProtocols = ['messages', 'responses', 'chat-completions'] as const

const installed = await requirement('coding agents')

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'routellm-agents-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

describeWith(installed, 'an agent that routellm connect has pointed at a gateway with keys', (folder) => {
  it.each(
    agents.flatMap((agent) => upstreamProtocols.map((protocol) => [agent.tool, protocol, agent] as const)),
  )(
    '%s reads a file by its tool, for a model that speaks %s',
    async (tool, protocol, { program: [name, ...args], read }) => {
      const key = newClientKey()
      const word = `word-${randomUUID()}`
      const work = join(home, 'work')
      await mkdir(work)
      await writeFile(join(work, 'note.txt'), `${word}\n`)
      const gateway = await startGateway({
        provider: { protocols: [protocol] },
        server: { clientKeys: [clientKeyHmac(key)] },
      })
      gateway.upstream.answer(
        speak((body) => {
          const asked = JSON.stringify(body)
          if (asked.includes(word)) return { kind: 'text', text: `I read ${word}.` }
          return Array.isArray(body.tools) && body.tools.length > 0
            ? { kind: 'tool', ...read(join(work, 'note.txt')) }
            : { kind: 'text', text: 'A title' }
        }),
      )
      try {
        const variables = { HOME: home, ROUTELLM_API_KEY: key, PATH: process.env.PATH ?? '' }
        const connected = await routellm(
          ['connect', tool, '--write', '--url', gateway.url, '--context-tokens', '200000'],
          { folder: work, variables },
        )
        expect(connected.exitCode).toBe(0)
        const settings = Object.entries(variables).map(([variable, value]) => `${variable}=${value}`)
        const question = 'Read the file note.txt with your tool and tell me what it says.'
        // Nothing else of this machine's environment: it may point an agent elsewhere.
        const program = ['-i', ...settings, join(folder, name), ...args, question]
        const { stdout, stderr, code } = await run('env', program, { cwd: work, timeoutMs: 120_000 })
        expect({ code, stdout, stderr }).toEqual({
          code: 0,
          stdout: expect.stringContaining(`I read ${word}.`),
          stderr: expect.any(String),
        })
        const turns = gateway.upstream.seen.filter(({ body }) => body.includes('tools'))
        expect(turns.length).toBeGreaterThanOrEqual(2)
        expect(new Set(turns.map(({ path }) => path.replace(/\?.*/, '')))).toEqual(
          new Set([pathOf[protocol]]),
        )
        // Within a tool loop nothing switches.
        expect(new Set(turns.map(({ body }) => JSON.parse(body.toString()).model)).size).toBe(1)
        for (const { body, headers } of gateway.upstream.seen)
          expect(JSON.stringify(headers) + body.toString()).not.toContain(key)
      } finally {
        await gateway.close()
      }
    },
  )
})
