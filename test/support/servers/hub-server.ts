import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One model on the hub: its revisions (branches and tags, as commits) and the files of each commit. */
export type HostedModel = {
  readonly revisions: Readonly<Record<string, string>>
  readonly commits: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>
  /** Reading needs this token. */
  readonly token?: string
}

/** What to do with one request instead of answering it properly. */
export type Disturbance =
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown }
  /** Announces all of the body and destroys the socket after this many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Sends fewer bytes than the file has, and ends properly. */
  | { readonly kind: 'short'; readonly bytes: number }
  /** The right number of bytes, but others. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'reset' }

export type HubServer = {
  readonly url: string
  /** `METHOD path` of each request, in order; of file requests with their range. */
  readonly requests: string[]
  /** Authorization header of each request, in order. */
  readonly authorizations: (string | undefined)[]
  /** Asked for each request; a disturbance replaces the answer. */
  disturb: (request: string) => Disturbance | undefined
  close(): Promise<void>
}

/**
 * Speaks the part of the Hugging Face hub's protocol that a download uses: `api/models/<id>/revision/<rev>`,
 * `api/models/<id>/tree/<rev>`, `POST api/models/<id>/paths-info/<rev>`, and `<id>/resolve/<rev>/<file>` with
 * HEAD, ranges, ETag and x-repo-commit. Files over 1 KB are "large": another host delivers them by redirect, and
 * their ETag is their SHA-256, as with LFS. A name `datasets/<id>` is a data set, under `api/datasets/<id>` and `datasets/<id>/resolve`.
 */
export async function startHubServer(models: Readonly<Record<string, HostedModel>>): Promise<HubServer> {
  const requests: string[] = []
  const authorizations: (string | undefined)[] = []
  const largeFiles = await startServer((request, response) => serve(request, response))
  const hub = await startServer((request, response) => serve(request, response))
  const server: HubServer = {
    url: hub.url,
    requests,
    authorizations,
    disturb: () => undefined,
    close: async () => {
      await Promise.all([hub.close(), largeFiles.close()])
    },
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname)
    const { range } = request.headers
    const line = `${request.method} ${path}${range === undefined ? '' : ` ${range}`}`
    requests.push(line)
    authorizations.push(request.headers.authorization)
    answer(request, response, path, server.disturb(line))
  }

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    disturbance: Disturbance | undefined,
  ): unknown {
    if (disturbance?.kind === 'reset') return request.socket.destroy()
    if (disturbance?.kind === 'status')
      return json(response, disturbance.status, disturbance.body ?? { error: `status ${disturbance.status}` })
    const large = /^\/large\/([0-9a-f]{64})$/.exec(path)
    if (large) return sendFile(request, response, findLarge(models, large[1] ?? ''), disturbance)
    const matched =
      /^\/api\/(models\/|datasets\/)([^/]+\/[^/]+)\/(revision|tree|paths-info)\/(.+)$/.exec(path) ??
      /^\/(datasets\/)?([^/]+\/[^/]+)\/(resolve)\/([^/]+)\/(.+)$/.exec(path)
    const [, kind, name = '', verb, revision = '', file = ''] = matched ?? []
    const id = kind === 'datasets/' ? `datasets/${name}` : name
    const model = Object.hasOwn(models, id) ? models[id] : undefined
    if (model === undefined) return json(response, 404, { error: 'Repository not found' }, 'RepoNotFound')
    if (model.token !== undefined && request.headers.authorization !== `Bearer ${model.token}`)
      return json(response, 401, { error: 'Invalid username or password.' })
    const commit = model.revisions[revision] ?? revision
    const files = model.commits[commit]
    if (files === undefined)
      return json(response, 404, { error: `Invalid rev id: ${revision}` }, 'RevisionNotFound')
    if (verb === 'revision')
      return json(response, 200, {
        _id: '1',
        id,
        sha: commit,
        siblings: Object.keys(files).map((rfilename) => ({ rfilename })),
      })
    if (verb === 'tree' || verb === 'paths-info')
      return json(response, 200, Object.entries(files).map(entryOf))
    const bytes = files[file]
    if (bytes === undefined) return json(response, 404, { error: 'Entry not found' }, 'EntryNotFound')
    response.setHeader('x-repo-commit', commit)
    if (bytes.length <= 1024) return sendFile(request, response, bytes, disturbance)
    const hash = sha256(bytes)
    response.setHeader('x-linked-size', bytes.length)
    response.setHeader('x-linked-etag', `"${hash}"`)
    return response.writeHead(302, { location: `${largeFiles.url}/large/${hash}` }).end()
  }

  return server
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  disturbance: Disturbance | undefined,
): unknown {
  const etag = bytes.length > 1024 ? sha256(bytes) : gitHash(bytes)
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const begin = range ? Number(range[1]) : 0
  const end = range && range[2] !== '' ? Math.min(Number(range[2]) + 1, bytes.length) : bytes.length
  const body = Buffer.from(bytes.subarray(begin, end))
  const headers = {
    etag: `"${etag}"`,
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    ...(range ? { 'content-range': `bytes ${begin}-${end - 1}/${bytes.length}` } : {}),
  }
  const status = range ? 206 : 200
  if (disturbance?.kind === 'short')
    return response
      .writeHead(status, { ...headers, 'content-length': disturbance.bytes })
      .end(body.subarray(0, disturbance.bytes))
  if (disturbance?.kind === 'corrupt') body.fill(7)
  response.writeHead(status, { ...headers, 'content-length': body.length })
  if (disturbance?.kind === 'cut')
    return response.write(body.subarray(0, disturbance.afterBytes), () => request.socket.destroy())
  return response.end(request.method === 'HEAD' ? undefined : body)
}

function entryOf([path, bytes]: [string, Uint8Array]): object {
  const large = bytes.length > 1024 && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 128 } }
  return { type: 'file', path, size: bytes.length, oid: gitHash(bytes), ...large }
}

function findLarge(models: Readonly<Record<string, HostedModel>>, hash: string): Uint8Array {
  for (const { commits } of Object.values(models))
    for (const files of Object.values(commits))
      for (const bytes of Object.values(files)) if (sha256(bytes) === hash) return bytes
  throw new Error(`no file has the SHA-256 ${hash}`)
}

function json(response: ServerResponse, status: number, body: unknown, errorCode?: string): unknown {
  if (errorCode !== undefined) response.setHeader('x-error-code', errorCode)
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function gitHash(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

async function startServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
