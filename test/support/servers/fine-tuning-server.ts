import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerJson } from './embedding-server.ts'

export type StoredFile = {
  readonly id: string
  readonly filename: string
  readonly purpose: string
  readonly text: string
}

export type StoredJob = {
  readonly id: string
  readonly model: string
  readonly training_file: string
  readonly validation_file: string | null
  readonly request: Readonly<Record<string, unknown>>
  status: string
  fine_tuned_model: string | null
  error: { code: string; message: string; param: null } | null
  trained_tokens: number | null
}

export type ServedEvent = { readonly id: string; readonly message: string; readonly data?: object }

export type FineTuningServer = {
  /** Ends in /v1. */
  readonly baseUrl: string
  /** `METHOD path` of each request, in order. */
  readonly requests: string[]
  readonly authorizations: (string | undefined)[]
  readonly files: StoredFile[]
  readonly jobs: StoredJob[]
  /** The statuses that a job shows, one at each look; it stays at the last. */
  statuses: string[]
  /** The events that are there after so many looks, oldest first. */
  eventsAt: (looks: number) => readonly ServedEvent[]
  /** Asked before each request; `lost` does what is asked and breaks the connection before the answer. */
  disturb: (request: string, response: ServerResponse) => 'answered' | 'lost' | undefined
  close(): Promise<void>
}

/** Speaks OpenAI's `/v1/files` and `/v1/fine_tuning/jobs`, multipart and pages included, and trains nothing. */
export async function startFineTuningServer(): Promise<FineTuningServer> {
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => handle(server, request, Buffer.concat(chunks), response))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const server: FineTuningServer = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests: [],
    authorizations: [],
    files: [],
    jobs: [],
    statuses: ['validating_files', 'queued', 'running', 'succeeded'],
    eventsAt: () => [],
    disturb: () => undefined,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return server
}

/** How often each job was looked at, by its id. */
const looks = new WeakMap<StoredJob, number>()

async function handle(
  server: FineTuningServer,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', server.baseUrl)
  const path = url.pathname.replace('/v1', '')
  const line = `${request.method} ${path}`
  server.requests.push(line)
  server.authorizations.push(request.headers.authorization)
  const disturbed = server.disturb(line, response)
  if (disturbed === 'answered') return
  const [status, answer] = await answerTo(server, line, path, url, request, body)
  if (disturbed === 'lost') response.destroy()
  else answerJson(response, status, answer)
}

async function answerTo(
  server: FineTuningServer,
  line: string,
  path: string,
  url: URL,
  request: IncomingMessage,
  body: Buffer,
): Promise<[number, object]> {
  const { files, jobs } = server
  switch (line) {
    case 'POST /files': {
      const file = await storedFile(request, body, files.length + 1)
      files.push(file)
      return [200, fileObject(file)]
    }
    case 'GET /files':
      return [200, pageOf(files.map(fileObject).toReversed(), url)]
    case 'POST /fine_tuning/jobs': {
      const asked = JSON.parse(body.toString('utf8'))
      if (!files.some(({ id }) => id === asked.training_file))
        return [400, { error: { message: `invalid training_file: ${asked.training_file}` } }]
      const job = storedJob(asked, jobs.length + 1, server.statuses[0] ?? 'queued')
      jobs.push(job)
      return [200, jobObject(job)]
    }
    case 'GET /fine_tuning/jobs':
      return [200, pageOf(jobs.map(jobObject).toReversed(), url)]
  }
  const [, id, verb] = /^\/fine_tuning\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
  const job = jobs.find((each) => each.id === id)
  if (job === undefined) return [404, { error: { message: `no such thing: ${path}` } }]
  if (verb === 'events')
    return [
      200,
      pageOf(
        server
          .eventsAt(looks.get(job) ?? 0)
          .map(eventObject)
          .toReversed(),
        url,
      ),
    ]
  if (verb === 'cancel') job.status = 'cancelled'
  else if (verb === undefined && job.status !== 'cancelled') lookAt(job, server.statuses)
  return [200, jobObject(job)]
}

function lookAt(job: StoredJob, statuses: readonly string[]): void {
  const seen = looks.get(job) ?? 0
  looks.set(job, seen + 1)
  job.status = statuses[Math.min(seen, statuses.length - 1)] ?? 'queued'
  if (job.status === 'succeeded') {
    job.fine_tuned_model = `ft:${job.model}:routellm:1`
    job.trained_tokens = 12_345
  }
  if (job.status === 'failed')
    job.error = { code: 'invalid_training_file', message: 'line 3 has no assistant message', param: null }
}

async function storedFile(request: IncomingMessage, body: Buffer, number: number): Promise<StoredFile> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(new Uint8Array(body), { headers }).formData()
  const file = form.get('file')
  if (!(file instanceof File)) throw new Error('no file in the form')
  return {
    id: `file-${number}`,
    filename: file.name,
    purpose: String(form.get('purpose')),
    text: await file.text(),
  }
}

function storedJob(request: Record<string, string>, number: number, status: string): StoredJob {
  return {
    id: `ftjob-${number}`,
    model: request.model ?? '',
    training_file: request.training_file ?? '',
    validation_file: request.validation_file ?? null,
    request,
    status,
    fine_tuned_model: null,
    error: null,
    trained_tokens: null,
  }
}

function fileObject({ id, filename, purpose, text }: StoredFile) {
  return {
    id,
    object: 'file',
    bytes: Buffer.byteLength(text),
    filename,
    purpose,
    created_at: 0,
    status: 'processed',
  }
}

function jobObject({ request: _request, ...job }: StoredJob) {
  return { object: 'fine_tuning.job', created_at: 0, hyperparameters: {}, ...job }
}

function eventObject(event: ServedEvent) {
  const type = event.data === undefined ? 'message' : 'metrics'
  return { object: 'fine_tuning.job.event', created_at: 0, level: 'info', type, ...event }
}

/** Two objects a page, so that whoever lists has to turn pages; events a hundred. */
function pageOf(objects: readonly { readonly id: string }[], url: URL): object {
  const after = url.searchParams.get('after')
  const limit = Number(url.searchParams.get('limit') ?? 2)
  const start = after === null ? 0 : objects.findIndex(({ id }) => id === after) + 1
  const data = objects.slice(start, start + limit)
  return { object: 'list', data, has_more: start + limit < objects.length }
}
