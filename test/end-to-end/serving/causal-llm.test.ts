import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'
import { type LogprobServer, startLogprobServer } from '../../support/servers/logprob-server.ts'

let folder: string
let server: LogprobServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causal-llm-'))
  server = await startLogprobServer('vllm-completions')
  server.logitsOf = (question) => (question.includes('Prove') ? [3, 1, 0, 0, 0] : [0, 0, 0, 1, 3])
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const configured = (more = '') =>
  writeFile(
    join(folder, 'routellm.yaml'),
    `version: 1\nrouters:\n  judge: { model: small, baseUrl: ${server.baseUrl}, apiKeyEnv: JUDGE_KEY, mode: completion${more} }\n`,
  )
const run = (...argv: string[]) => routellm(argv, { folder, variables: { JUDGE_KEY: 'sk-secret-7' } })

describe('a causal_llm router of the configuration', () => {
  it('routes and says why', async () => {
    await configured()
    const hard = JSON.parse((await run('route', 'Prove it', '--router', 'judge', '--json')).stdout)
    // Three labels of e³, e and 1 against two of 1.
    const [below, above] = [Math.exp(3) + Math.E + 1, 2]
    expect(hard.strongWinRate).toBeCloseTo(below / (below + above), 9)
    expect(hard).toMatchObject({ reason: 'routed', model: 'strong' })
    expect(hard.explanation.summary).toContain(
      "; small rates the weak model's answer [[1]] 78 %, [[2]] 11 %, [[3]] 4 %, [[4]] 4 %, [[5]] 4 %",
    )
    const easy = await run('route', 'Hello', '--router', 'judge')
    expect(easy.stdout).toContain('weak')
    expect(server.requests[0]?.authorization).toBe('Bearer sk-secret-7')
    // Decided and explained with one request each.
    expect(server.requests).toHaveLength(2)
  })

  it('scores a file', async () => {
    await configured()
    await writeFile(join(folder, 'in.jsonl'), '{"prompt":"Prove it"}\n{"prompt":"Hello"}\n')
    const scored = await run('score', '--router', 'judge', '--input', 'in.jsonl', '--output', 'out.jsonl')
    expect(scored.exitCode).toBe(0)
    const [hard, easy] = (await readFile(join(folder, 'out.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).strongWinRate)
    expect(hard).toBeGreaterThan(0.8)
    expect(easy).toBeLessThan(0.2)
  })

  it('is measured, and not asked again for what it has scored', async () => {
    await configured()
    const rows = Array.from({ length: 12 }, (_, index) => ({
      prompt: index % 2 === 0 ? `Prove ${index}` : `Hello ${index}`,
      scores: { big: 1, small: index % 2 },
    }))
    await writeFile(join(folder, 'bench.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
    const evaluate = async (...more: string[]) => {
      const evaluated = await routellm(
        [
          ...['evaluate', '--benchmark', 'bench.jsonl', '--routers', 'judge', '--output', 'report', '--json'],
          ...['--strong-model', 'big', '--weak-model', 'small', ...more],
        ],
        { folder, variables: { JUDGE_KEY: 'sk-secret-7', ROUTELLM_CACHE: join(folder, 'cache') } },
      )
      expect(evaluated.exitCode, evaluated.stderr).toBe(0)
      return JSON.parse(evaluated.stdout).routers[0].apgr
    }
    const apgr = await evaluate()
    expect(apgr).toBeGreaterThan(0.6)
    expect(server.requests).toHaveLength(12)
    expect(await evaluate()).toBe(apgr)
    expect(server.requests).toHaveLength(12)
    await configured(', maxTokens: 7')
    await evaluate()
    expect(server.requests).toHaveLength(24)
  })

  it('falls back to the strong model where the endpoint fails, without telling its key', async () => {
    await configured(', retries: 0')
    server.intercept = (response) => {
      response.writeHead(401).end('no such key: sk-secret-7')
      return true
    }
    const failed = await run('route', 'Hello', '--router', 'judge')
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toContain('causal-llm-refused')
    expect(failed.stdout + failed.stderr).not.toContain('sk-secret')
  })

  it('needs its key, and doctor says so', async () => {
    await configured()
    const without = await routellm(['route', 'Hello', '--router', 'judge'], { folder })
    expect(without.exitCode).toBe(2)
    expect(without.stderr).toContain('routers.judge.apiKeyEnv: the environment variable JUDGE_KEY is not set')
    const checked = await routellm(['doctor'], { folder })
    expect(checked.stdout + checked.stderr).toMatch(/key of the router judge.*JUDGE_KEY is not set/)
  })

  it('needs an entry, and the error shows one', async () => {
    const failed = await run('route', 'Hello', '--router', 'causal_llm')
    expect(failed.exitCode).toBe(2)
    expect(failed.stderr).toContain('Give it an entry in routellm.yaml')
    expect(failed.stderr).toContain('causal_llm: { kind: causal_llm, model: llama3.1, baseUrl:')
  })
})
