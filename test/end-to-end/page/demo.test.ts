import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { planWeek } from '../../../src/cli/commands/demo/week/plan-week.ts'
import type { EnergyAnswer } from '../../../src/server/admin/api/energy.ts'
import type { OverviewAnswer } from '../../../src/server/admin/api/overview.ts'
import type { SavingAnswer } from '../../../src/server/admin/api/saving.ts'
import { builtCli } from '../../support/run-program.ts'

it('a made-up week has its requests in the order of time, and the same seed gives the same', () => {
  const until = Date.UTC(2026, 10, 30, 12)
  const week = planWeek({ requests: 400, until, seed: 3 })
  expect(week.length).toBeGreaterThanOrEqual(400)
  expect(week).toEqual(planWeek({ requests: 400, until, seed: 3 }))
  expect(week).not.toEqual(planWeek({ requests: 400, until, seed: 4 }))
  const times = week.map(({ time }) => time)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(times.at(-1)).toBeLessThan(until)
  expect(times[0]).toBeGreaterThanOrEqual(until - 7 * 86_400_000)
})

it('routellm demo serves a page with a week of requests, and leaves nothing behind', async () => {
  const args = ['demo', '--requests', '150', '--port', '0', '--json']
  const env = { ...process.env, ROUTELLM_ADMIN_TOKEN: 'token-of-the-demonstration' }
  const child = spawn(process.execPath, [builtCli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [string]
  const { url, config }: { url: string; config: string } = JSON.parse(line)
  const ask = async <Answer>(path: string): Promise<Answer> => {
    const headers = { authorization: `Bearer ${env.ROUTELLM_ADMIN_TOKEN}` }
    return (await (await fetch(`${url}/admin/api${path}`, { headers })).json()) as Answer
  }
  const now = Date.now()
  const week = `from=${now - 8 * 86_400_000}&to=${now}`
  const { usage } = await ask<OverviewAnswer>(`/overview?${week}`)
  expect(usage.total.requests).toBeGreaterThanOrEqual(150)
  expect(usage.keys.map(({ name }) => name)).toContain('desk')
  expect(usage.buckets.length).toBeGreaterThan(5)
  const saving = await ask<SavingAnswer>(`/saving?${week}`)
  expect(saving.savings.requests.counted).toBeGreaterThan(100)
  expect(saving.savings.requests.unpriced).toBe(0)
  const { estimate } = await ask<EnergyAnswer>(`/energy?${week}`)
  expect(estimate?.saved?.baselines).toEqual(['large'])
  expect(estimate?.outputTokens.counted).toBe(usage.total.outputTokens)

  const key = /requests of your own: (\S+)/.exec(said)?.[1]
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'Hello' }] }),
  })
  expect(await reply.text()).toContain('no model was called')
  child.kill('SIGINT')
  expect(await exited).toEqual([0, null])
  await expect(access(dirname(config))).rejects.toMatchObject({ code: 'ENOENT' })
})
