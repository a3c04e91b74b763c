import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerJson } from '../../../../test/support/servers/embedding-server.ts'
import {
  type FineTuningServer,
  startFineTuningServer,
} from '../../../../test/support/servers/fine-tuning-server.ts'
import { type Following, follow, type JobUpdate, type Submission, submit } from './fine-tuning-job.ts'
import type { FineTuningService } from './fine-tuning-service.ts'
import {
  readSubmissionState,
  type SubmissionState,
  stateFileOf,
  writeSubmissionState,
} from './fine-tuning-state.ts'
import { loadOpenAIFineTuningService } from './openai-fine-tuning-service.ts'

let server: FineTuningServer
let opened: FineTuningService
beforeEach(async () => {
  server = await startFineTuningServer()
  opened = await loadOpenAIFineTuningService({
    baseUrl: server.baseUrl,
    apiKey: 'sk-secret-1234',
    headers: { 'x-team': 'a' },
  })
})
afterEach(() => server.close())

const service = () => opened
const identity = { baseUrl: 'http://x/v1', baseModel: 'small', trainingSha256: 'aa' }
const fresh: SubmissionState = { version: 1, ...identity }
const named = (text: string) => ({ name: `routellm-${text}.jsonl`, bytes: Buffer.from(`{"${text}":1}\n`) })

function submission(
  more: Partial<Submission> = {},
): Submission & { saved: SubmissionState[]; waits: number[] } {
  const saved: SubmissionState[] = []
  const waits: number[] = []
  return {
    service: service(),
    files: { training: named('training'), validation: named('validation') },
    job: { baseModel: 'small', seed: 7, suffix: 'routellm', epochs: 3 },
    state: fresh,
    save: async (state) => {
      saved.push(state)
    },
    wait: async (ms) => {
      waits.push(ms)
    },
    saved,
    waits,
    ...more,
  }
}
const posts = () => server.requests.filter((request) => request.startsWith('POST'))

describe('submit', () => {
  it('uploads both files and starts the job, and notes each step before and after', async () => {
    const asked = submission()
    const state = await submit(asked)
    expect(state).toMatchObject({ trainingFile: 'file-1', validationFile: 'file-2', job: 'ftjob-1' })
    expect(server.files).toEqual([
      {
        id: 'file-1',
        filename: 'routellm-training.jsonl',
        purpose: 'fine-tune',
        text: '{"training":1}\n',
      },
      {
        id: 'file-2',
        filename: 'routellm-validation.jsonl',
        purpose: 'fine-tune',
        text: '{"validation":1}\n',
      },
    ])
    expect(server.jobs[0]?.request).toEqual({
      model: 'small',
      training_file: 'file-1',
      validation_file: 'file-2',
      seed: 7,
      suffix: 'routellm',
      method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 3 } } },
    })
    expect(asked.saved.map(({ begun, trainingFile, job }) => [begun?.at(-1), trainingFile, job])).toEqual([
      ['trainingFile', undefined, undefined],
      ['trainingFile', 'file-1', undefined],
      ['validationFile', 'file-1', undefined],
      ['validationFile', 'file-1', undefined],
      ['job', 'file-1', undefined],
      ['job', 'file-1', 'ftjob-1'],
    ])
    expect(new Set(server.authorizations)).toEqual(new Set(['Bearer sk-secret-1234']))
  })

  it('does nothing again that is done', async () => {
    const state = await submit(submission())
    const before = posts().length
    expect(await submit(submission({ state }))).toEqual(state)
    expect(posts()).toHaveLength(before)
  })

  it.each([1, 2, 3, 4, 5, 6])(
    'goes on after a crash at its note %i, without doing anything twice',
    async (crashAt) => {
      const first = submission()
      let notes = 0
      let kept = fresh
      const crashing: Submission = {
        ...first,
        save: async (state) => {
          // Odd notes stand before a call, even ones after it: the crash loses the note.
          if (++notes === crashAt) throw new Error('crash')
          kept = state
        },
      }
      await expect(submit(crashing)).rejects.toThrow('crash')
      const state = await submit(submission({ state: kept }))
      expect(state).toMatchObject({ trainingFile: 'file-1', validationFile: 'file-2', job: 'ftjob-1' })
      expect(server.files).toHaveLength(2)
      expect(server.jobs).toHaveLength(1)
    },
  )

  it.each(['POST /files', 'POST /fine_tuning/jobs'])(
    'looks at the service after the answer to %s is lost',
    async (request) => {
      let disturbed = false
      server.disturb = (line) => {
        if (line !== request || disturbed) return undefined
        disturbed = true
        return 'lost'
      }
      const asked = submission()
      await submit(asked)
      expect(server.files).toHaveLength(2)
      expect(server.jobs).toHaveLength(1)
      expect(asked.waits).toEqual([1000])
      expect(server.requests.filter((line) => line === request.replace('POST', 'GET'))).toHaveLength(1)
    },
  )

  it('uploads again where the upload was cut and nothing has arrived, with growing waits', async () => {
    let cuts = 0
    server.disturb = (line, response) => {
      if (line !== 'POST /files' || ++cuts > 2) return undefined
      response.destroy()
      return 'answered'
    }
    const asked = submission()
    await submit(asked)
    expect(server.files).toHaveLength(2)
    expect(asked.waits).toEqual([1000, 2000])
  })

  it('finds among many files and jobs the right ones, pages on', async () => {
    for (let i = 0; i < 5; i++) await service().upload(`other-${i}.jsonl`, Buffer.from('x'))
    const { name, bytes } = named('training')
    const training = await service().upload(name, bytes)
    await service().upload(name, Buffer.from('x'))
    for (const baseModel of ['small', 'large'])
      await service().createJob({ baseModel, trainingFile: training, seed: 0, suffix: 's' })
    expect(await service().findFile(name, bytes.length)).toBe(training)
    expect(await service().findFile(name, 2)).toBeUndefined()
    expect(await service().findJob({ trainingFile: training, baseModel: 'small' })).toMatchObject({
      id: 'ftjob-1',
    })
    await service().cancelJob('ftjob-1')
    expect(await service().findJob({ trainingFile: training, baseModel: 'small' })).toBeUndefined()
  })

  it('waits out a limited rate, and gives up after four tries', async () => {
    let limited = 1
    server.disturb = (line, response) => {
      if (line !== 'POST /fine_tuning/jobs' || limited-- <= 0) return undefined
      answerJson(response, 429, { error: { message: 'Rate limit reached' } })
      return 'answered'
    }
    const asked = submission()
    await submit(asked)
    expect(asked.waits).toEqual([1000])
    expect(server.requests).not.toContain('GET /fine_tuning/jobs')
    limited = 9
    await expect(submit(submission({ state: fresh }))).rejects.toThrow(
      /failed at the start of the job: 429 Rate limit reached. It limits its rate/,
    )
    expect(server.jobs).toHaveLength(1)
  })

  it('is refused at once, with the words of the service and not with the key', async () => {
    server.disturb = (line, response) => {
      if (line !== 'POST /files') return undefined
      answerJson(response, 401, { error: { message: 'Incorrect API key provided: sk-secret-1234' } })
      return 'answered'
    }
    const failure = await submit(submission()).catch((error: Error) => error)
    expect(failure).toMatchObject({
      code: 'fine-tuning-refused',
      message: expect.stringContaining("Check the provider's key"),
    })
    expect(String(failure)).not.toContain('sk-secret')
    expect(posts()).toHaveLength(1)
  })
})

describe('follow', () => {
  async function followed(more: Partial<Following> = {}) {
    await submit(submission())
    const updates: JobUpdate[] = []
    const waits: number[] = []
    const ended = await follow({
      service: service(),
      job: 'ftjob-1',
      longestWaitMs: 20_000,
      onUpdate: (update) => updates.push(update),
      wait: async (ms) => {
        waits.push(ms)
      },
      ...more,
    }).catch((error: unknown) => error)
    return {
      ended,
      updates,
      waits,
      statuses: updates.flatMap((u) => (u.kind === 'status' ? [u.status] : [])),
    }
  }

  it('tells statuses and events once and in order, looks less and less often, and ends with the model', async () => {
    server.statuses = ['validating_files', 'queued', 'running', 'running', 'running', 'succeeded']
    server.eventsAt = (looks) =>
      [
        { id: 'e1', message: 'Validating training file: file-1' },
        { id: 'e2', message: 'Fine-tuning job started' },
        {
          id: 'e3',
          message: 'Step 1/4: training loss=0.6',
          data: { step: 1, total_steps: 4, train_loss: 0.6 },
        },
        {
          id: 'e4',
          message: 'Step 4/4: training loss=0.2',
          data: { step: 4, total_steps: 4, train_loss: 0.2 },
        },
      ].slice(0, looks)
    const { ended, updates, waits, statuses } = await followed()
    expect(ended).toEqual({
      id: 'ftjob-1',
      status: 'succeeded',
      baseModel: 'small',
      model: 'ft:small:routellm:1',
      trainedTokens: 12_345,
    })
    expect(statuses).toEqual(['validating_files', 'queued', 'running', 'succeeded'])
    expect(updates.flatMap((u) => (u.kind === 'event' ? [u.event.id] : []))).toEqual(['e1', 'e2', 'e3', 'e4'])
    expect(updates.flatMap((u) => (u.kind === 'event' ? [u.event.progress] : [])).at(-1)).toEqual({
      step: 4,
      totalSteps: 4,
      loss: 0.2,
    })
    expect(waits).toEqual([5000, 7500, 11_250, 16_875, 20_000])
  })

  it('fails with the words of the service', async () => {
    server.statuses = ['running', 'failed']
    expect((await followed()).ended).toMatchObject({
      code: 'fine-tuning-failed',
      message: expect.stringContaining('ftjob-1 failed: line 3 has no assistant message'),
    })
  })

  it('ends where the job was cancelled', async () => {
    server.statuses = ['cancelled']
    expect((await followed()).ended).toMatchObject({ code: 'fine-tuning-cancelled' })
  })

  it('goes on at a status that it does not know, and says so once', async () => {
    server.statuses = ['warming_up', 'warming_up', 'succeeded']
    const { ended, updates } = await followed()
    expect(ended).toMatchObject({ model: 'ft:small:routellm:1' })
    expect(updates).toEqual([
      { kind: 'status', status: 'warming_up', isKnown: false },
      { kind: 'status', status: 'succeeded', isKnown: true },
    ])
  })

  it('bears a service that is away for a while, and no longer', async () => {
    let away = 0
    const broken = (line: string, response: { destroy(): unknown }) => {
      // The client itself asks five times.
      if (line !== 'GET /fine_tuning/jobs/ftjob-1' || away-- <= 0) return undefined
      response.destroy()
      return 'answered' as const
    }
    server.disturb = broken
    const quick = { ...service(), job: await oneTry() }
    away = 2
    expect((await followed({ service: quick })).ended).toMatchObject({ model: 'ft:small:routellm:1' })
    away = 99
    const { ended, updates } = await followed({ service: quick })
    expect(ended).toMatchObject({ code: 'fine-tuning-unreachable' })
    expect(updates.filter(({ kind }) => kind === 'unreachable')).toHaveLength(9)
  })

  it('does without events where the service keeps none', async () => {
    server.disturb = (line, response) => {
      if (!line.endsWith('/events')) return undefined
      answerJson(response, 404, { error: { message: 'not found' } })
      return 'answered'
    }
    expect((await followed()).ended).toMatchObject({ status: 'succeeded' })
  })

  it('of a job that is not there is refused', async () => {
    const failure = follow({
      service: service(),
      job: 'ftjob-9',
      longestWaitMs: 1,
      onUpdate: () => {},
      wait: async () => {},
    })
    await expect(failure).rejects.toThrow(
      /failed at the job ftjob-9: 404 .*Check the provider's baseUrl and the id/,
    )
  })

  it('is given up with the reason, and the job goes on', async () => {
    const reason = new Error('Ctrl-C')
    const controller = new AbortController()
    server.statuses = ['running']
    const { ended } = await followed({
      signal: controller.signal,
      wait: async (_ms, signal) => {
        controller.abort(reason)
        signal?.throwIfAborted()
      },
    })
    expect(ended).toBe(reason)
    expect(server.jobs[0]?.status).toBe('running')
    expect(server.requests).not.toContain('POST /fine_tuning/jobs/ftjob-1/cancel')
  })

  /** `job` without the client's own patience, whose waits a test need not sit through. */
  async function oneTry() {
    const impatient = await loadOpenAIFineTuningService({ baseUrl: server.baseUrl, apiKey: 'k', retries: 0 })
    return impatient.job
  }
})

it('says what to install if the official client is not there', async () => {
  const loading = loadOpenAIFineTuningService({ baseUrl: 'http://127.0.0.1:1/v1' }, () =>
    Promise.reject(new Error("Cannot find package 'openai'")),
  )
  await expect(loading).rejects.toMatchObject({
    name: 'MissingPackageError',
    code: 'missing-package',
    message: expect.stringContaining('npm install openai'),
  })
})

describe('the state', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fine-tuning-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is what was written, and new where nothing was', async () => {
    const file = stateFileOf(join(folder, 'train.jsonl'))
    expect(await readSubmissionState(file, identity)).toEqual(fresh)
    const state: SubmissionState = { ...fresh, begun: ['trainingFile'], trainingFile: 'file-1' }
    await writeSubmissionState(file, state)
    expect(await readSubmissionState(file, identity)).toEqual(state)
  })

  it('of other data, another model or service is refused', async () => {
    const file = join(folder, 'state.json')
    await writeSubmissionState(file, { ...fresh, job: 'ftjob-1' })
    for (const [change, says] of [
      [{ trainingSha256: 'bb' }, 'another training file (aa, now bb), the job ftjob-1'],
      [{ baseModel: 'large' }, 'another base model (small, now large)'],
      [{ baseUrl: 'http://y/v1' }, 'another service'],
      [{ epochs: 2 }, 'another number of epochs (none, now 2)'],
    ] as const)
      await expect(readSubmissionState(file, { ...identity, ...change })).rejects.toThrow(says)
  })

  it.each(['', '{', '[]', '{"version":2}', '{"version":1,"job":3}'])(
    'is refused where it is %j',
    async (text) => {
      const file = join(folder, 'state.json')
      await writeFile(file, text)
      await expect(readSubmissionState(file, identity)).rejects.toMatchObject({ code: 'bad-state-file' })
    },
  )
})
