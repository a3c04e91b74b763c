import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../config/parse-config.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'
import type { JobHolder } from '../../../../store/records/types/job-holder.ts'
import type { CommandProgress } from '../../../terminal/report-progress.ts'
import type { runOwnCommand } from '../background/own-command.ts'
import { createLearnActions } from './learn-actions.ts'

const config = parseConfig(
  `version: 1
policies: { plain: { kind: fixed, model: weak } }
auto: { router: mf, threshold: 0.5 }`,
  '/somewhere/routellm.yaml',
)
const now = 1_000_000
const by = { actor: 'page' }

/** The command, which the test ends; an abort ends it too. */
function fakeCommand() {
  const started: string[][] = []
  let report: (progress: CommandProgress) => void = () => {}
  let end: (output: string | Error) => void = () => {}
  const run: typeof runOwnCommand = (argv, signal, onProgress) =>
    new Promise((resolve, reject) => {
      started.push([...argv])
      report = onProgress ?? report
      end = (output) => (typeof output === 'string' ? resolve(output) : reject(output))
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  return {
    run,
    started,
    report: (progress: CommandProgress) => report(progress),
    async end(output: string | Error) {
      end(output)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function create(holder: JobHolder | null = null, audit: () => Promise<null> = async () => null) {
  const command = fakeCommand()
  const audited: unknown[] = []
  const actions = createLearnActions({
    store: {
      folder: '/somewhere/.routellm',
      change: (_name, event) => {
        audited.push(event)
        return audit() as never
      },
    },
    reader: { read: async () => holder } as unknown as StoreReader,
    config: () => config,
    run: command.run,
    now: () => now,
  })
  return { actions, command, audited }
}

describe('runs of learn that the page starts', () => {
  it('runs to its end, with progress, and keeps what it has printed', async () => {
    const { actions, command, audited } = create()
    const asked = { policy: 'auto', isDryRun: true }
    expect(actions.current()).toBeNull()
    const started = await actions.start({ ...asked, ...by })
    expect(started).toEqual({ asked, startedAt: now, state: 'running', progress: null })
    expect(command.started).toEqual([
      ['learn', '--config', '/somewhere/routellm.yaml', '--policy', 'auto', '--json', '--dry-run'],
    ])
    const progress = { stage: 'fitting', done: 2, total: 10 }
    command.report(progress)
    expect(actions.current()).toEqual({ ...started, progress })
    await expect(actions.start({ ...asked, ...by })).rejects.toMatchObject({
      ...{ code: 'learn-running', status: 409 },
    })
    await command.end('{"promoted":false}')
    expect(actions.current()).toEqual({
      ...{ asked, startedAt: now, endedAt: now, state: 'done', result: { promoted: false } },
    })
    expect(audited).toEqual([
      { time: now, actor: 'page', action: 'learn-start', subject: 'auto', detail: { isDryRun: true } },
    ])
    expect(await actions.cancel(by)).toBe(false)
    await actions.start({ policy: 'auto', isDryRun: false, ...by })
    expect(command.started[1]).not.toContain('--dry-run')
    await command.end(new Error('the store is gone'))
    expect(actions.current()).toMatchObject({ state: 'failed', problem: 'the store is gone' })
  })

  it('cancels, once, and says so in the audit trail', async () => {
    const { actions, audited } = create()
    await actions.start({ policy: 'auto', isDryRun: false, ...by })
    expect(await actions.cancel({ actor: 'page' })).toBe(true)
    expect(actions.current()).toMatchObject({ state: 'cancelled', endedAt: now })
    expect(await actions.cancel(by)).toBe(false)
    expect(audited.slice(1)).toEqual([
      { time: now, actor: 'page', action: 'learn-cancel', subject: 'auto', detail: { isDryRun: false } },
    ])
  })

  it('is refused while another process learns, and not by one that has ended', async () => {
    const other = { host: 'another', pid: 7, time: now }
    const { actions, command } = create(other)
    await expect(actions.start({ policy: 'auto', isDryRun: false, ...by })).rejects.toThrow(
      'The process 7 on another learns from /somewhere/.routellm already, since 1970-01-01T00:16:40.000Z',
    )
    expect(command.started).toEqual([])
    expect(await actions.holder()).toEqual({ host: 'another', pid: 7, since: now })
    // No process has this id.
    const gone = create({ host: hostname(), pid: 2 ** 30, time: now }).actions
    expect(await gone.holder()).toBeNull()
    await gone.start({ policy: 'auto', isDryRun: false, ...by })
    await gone.close()
    expect(gone.current()).toMatchObject({ state: 'cancelled' })
  })

  it('refuses policies that cannot be learned, and runs nothing that cannot be audited', async () => {
    const { actions, command } = create(null, () => Promise.reject(new Error('no database')))
    const start = (policy: string) => actions.start({ policy, isDryRun: false, ...by })
    await expect(start('plain')).rejects.toMatchObject({ code: 'policy-not-learned' })
    await expect(start('none')).rejects.toMatchObject({ code: 'unknown-policy' })
    expect(command.started).toEqual([])
    await expect(start('auto')).rejects.toThrow('no database')
    expect(actions.current()).toMatchObject({ state: 'cancelled' })
  })
})
