import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultLabels } from '../../../../config/config.ts'
import { putUpRequests } from '../../../../jobs/labels/put-up-requests.ts'
import { learnJob } from '../../../../jobs/learn/job.ts'
import { openExistingStore } from '../../../../store/open-existing.ts'
import { openStore } from '../../../../store/open-store.ts'
import { loadConfiguration } from '../../../setup/configuration.ts'
import { openGateway } from '../../../setup/open-gateway.ts'
import { openWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { createStagedProgress } from '../../../terminal/progress.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { createWeekKeys, formatWeekConfiguration, type WeekKeys } from './configuration.ts'
import { fillWeek } from './fill-week.ts'
import { type PlannedRequest, planWeek } from './plan-week.ts'
import { type MadeUpModels, startMadeUpModels } from './upstream.ts'

export type Week = {
  /** `routellm.yaml` of the demonstration. */
  readonly configFile: string
  readonly keys: WeekKeys
  /** The models, which answer until they are closed. */
  readonly models: MadeUpModels
}

export type WeekSettings = { readonly folder: string; readonly requests: number; readonly seed: number }

const learnedAfter = 4 / 7
const minuteMs = 60_000

/**
 * Makes a folder with a configuration and a store as a week of use leaves them: requests that routers decided, feedback, a
 * router that `learn` trained after four days, and requests that wait for a label.
 */
export async function makeWeek(
  { folder, requests, seed }: WeekSettings,
  context: CommandContext,
): Promise<Week> {
  const until = Math.floor((Date.now() - 10 * minuteMs) / minuteMs) * minuteMs
  const planned = planWeek({ requests, until, seed })
  const models = await startMadeUpModels(new Map(planned.map(({ ticket }) => [ticket.prompt, ticket])))
  try {
    const keys = createWeekKeys()
    const configFile = join(folder, 'routellm.yaml')
    await mkdir(folder, { recursive: true })
    await writeFile(configFile, formatWeekConfiguration(models.baseUrl, keys), { flag: 'wx' })
    const middle = until - (1 - learnedAfter) * 7 * 86_400_000
    const ofWeek = { configFile, keys, context, total: planned.length }
    const before = planned.filter(({ time }) => time < middle)
    await fill(before, { ...ofWeek, done: 0 })
    await learn(configFile, middle, context)
    await fill(planned.slice(before.length), { ...ofWeek, done: before.length })
    await selectLabels(join(folder, '.routellm'), until)
    models.slowDown()
    return { configFile, keys, models }
  } catch (error) {
    await models.close()
    throw error
  }
}

type Filling = {
  readonly configFile: string
  readonly keys: WeekKeys
  readonly context: CommandContext
  readonly done: number
  readonly total: number
}

async function fill(
  planned: readonly PlannedRequest[],
  { configFile, keys, context, done, total }: Filling,
): Promise<void> {
  const { config, variables } = await loadConfiguration({ config: configFile }, context)
  const gateway = await openGateway(config, variables, context)
  const progress = createStagedProgress(context.terminal)
  const log = { warn: () => {} }
  const store = openStore({ folder: config.store?.folder ?? '', text: 'full', log })
  try {
    let sent = done
    await fillWeek(planned, {
      gateway,
      settings: config.server,
      store,
      keys,
      signal: context.interrupted,
      onRequest: () => progress.update('making a week of requests', ++sent, total, ''),
    })
  } finally {
    progress.stop()
    await store.close()
    await gateway.close()
  }
}

async function learn(configFile: string, time: number, context: CommandContext): Promise<void> {
  const workspace = await openWorkspace({ config: configFile }, context)
  await runCommandJob(learnJob, { policy: 'desk', time: new Date(time).toISOString() }, workspace, context)
}

async function selectLabels(folder: string, now: number): Promise<void> {
  const db = await openExistingStore(folder)
  try {
    await putUpRequests(db, { ...defaultLabels, perDay: 60, now })
  } finally {
    await db.destroy()
  }
}
