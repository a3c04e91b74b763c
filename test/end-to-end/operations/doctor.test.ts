import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'
import { project } from '../../support/run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'routellm-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('doctor says whether traces, webhooks and a module of metrics can work, and shows no secret', async () => {
  const module = join(project, 'examples', 'my-metrics.mjs')
  writeFileSync(
    join(folder, 'routellm.yaml'),
    `version: 1
telemetry: { openTelemetry: true }
metrics: { module: ${JSON.stringify(module)} }
alerts:
  webhooks:
    - { url: "http://127.0.0.1:9/planted-path", secretEnv: HOOK_SECRET }
    - { url: "http://localhost:9/planted-path", secretEnv: MISSING_SECRET }
    - { url: "http://[::1]:9/planted-path" }
`,
  )
  const { stdout } = await routellm(['doctor', '--json'], {
    folder,
    variables: { HOOK_SECRET: 'planted-webhook-secret' },
  })
  const checks = (JSON.parse(stdout).checks as { name: string; status: string }[]).map(({ name, status }) => [
    name,
    status,
  ])
  expect(checks).toEqual(
    expect.arrayContaining([
      ['traces', 'ok'],
      ['webhook of 127.0.0.1:9', 'ok'],
      ['webhook of localhost:9', 'failed'],
      ['webhook of [::1]:9', 'warning'],
      ['metrics module', 'ok'],
    ]),
  )
  expect(stdout).not.toContain('planted')
})
