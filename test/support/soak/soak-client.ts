import { type Agent, type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import WebSocket from 'ws'
import { promptOf } from './faulty-model.ts'
import type { Plan, Spoken } from './plan.ts'
import { secrets } from './soak-gateway.ts'

/** What a client saw of its reply. */
export type Seen = {
  /** Null if no head came. */
  readonly status: number | null
  /** The gateway's; null if no head came. */
  readonly id: string | null
  readonly body: string
  /** Whether the reply ended as HTTP ends a reply; false if the connection broke or the client left. */
  readonly isComplete: boolean
  /** Whether the client left by its plan. */
  readonly hasLeft: boolean
}

/** A request under way. */
export type Sent = {
  readonly seen: Promise<Seen>
  /** The upstream has it. @returns whether the client leaves now. */
  onArrival(): boolean
}

/** Sends the request of a plan, and leaves when the plan says so. */
export function sendPlanned(url: string, agent: Agent, plan: Plan): Sent {
  return plan.isTurn ? sendTurn(url, plan) : sendRequest(url, agent, plan)
}

/** A connection with one turn. What the client saw is told as if it had been a stream over HTTP; it gets no id. */
function sendTurn(url: string, plan: Plan): Sent {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, {
    headers: { 'x-routellm-key': secrets[plan.key], 'x-routellm-session': plan.session },
  })
  let status: number | null = null
  let body = ''
  let isComplete = false
  let hasLeft = false
  const leave = () => {
    hasLeft = true
    socket.terminate()
  }
  const seen = new Promise<Seen>((resolve) => {
    socket.on('error', () => {}) // `close` follows
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'response.create', ...bodyOf(plan) }), () => {
        if (plan.departure === 'sent') leave()
      }),
    )
    socket.on('message', (data) => {
      if (plan.departure === 'head' || plan.departure === 'body') {
        leave()
        return
      }
      const frame = JSON.parse(String(data)) as { type: string; status?: number; error?: object }
      if (frame.type === 'error' && frame.status !== undefined) {
        if (body === '') {
          isComplete = true
          status = frame.status
          body = JSON.stringify({ error: frame.error })
        } else body += `event: error\ndata: ${JSON.stringify({ ...frame.error, type: 'error' })}\n\n`
        socket.close()
        return
      }
      status = 200
      body += `event: ${frame.type}\ndata: ${data}\n\n`
      if (!/^(?:error|response\.(?:completed|failed|incomplete))$/.test(frame.type)) return
      isComplete = frame.type !== 'error'
      socket.close()
    })
    socket.on('close', () => resolve({ status, id: null, body, isComplete: isComplete && !hasLeft, hasLeft }))
  })
  return {
    seen,
    onArrival() {
      if (plan.departure === 'arrived' && !hasLeft) leave()
      return hasLeft
    },
  }
}

function sendRequest(url: string, agent: Agent, plan: Plan): Sent {
  const body = JSON.stringify(bodyOf(plan))
  let hasLeft = false
  let response: IncomingMessage | null = null
  const chunks: Buffer[] = []
  const request: ClientRequest = send(`${url}/v1${paths[plan.client]}`, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-routellm-key': secrets[plan.key],
      'x-routellm-session': plan.session,
    },
  })
  const leave = () => {
    hasLeft = true
    request.destroy()
  }
  const seen = new Promise<Seen>((resolve) => {
    request.on('error', () => {}) // `close` follows
    request.on('response', (incoming) => {
      response = incoming
      incoming.on('error', () => {})
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (plan.departure === 'body' && !hasLeft) leave()
      })
      if (plan.departure === 'head') leave()
    })
    request.on('close', () => {
      const id = response?.headers['x-routellm-request-id']
      resolve({
        status: response?.statusCode ?? null,
        id: typeof id === 'string' ? id : null,
        body: Buffer.concat(chunks).toString(),
        isComplete: response?.complete === true && !hasLeft,
        hasLeft,
      })
    })
  })
  request.end(body, () => {
    // The bytes have been handed to the system: they arrive, and the end of the connection after them.
    if (plan.departure === 'sent') leave()
  })
  return {
    seen,
    onArrival() {
      if (plan.departure === 'arrived' && !hasLeft) leave()
      return hasLeft
    },
  }
}

const paths = { chat: '/chat/completions', messages: '/messages', responses: '/responses' } as const

function bodyOf(plan: Plan): object {
  const { client, strong, weak, stream, callsTool } = plan
  const content = promptOf(plan)
  const policy = plan.policy === 'pooled' ? 'pooled' : `${plan.policy}-${strong}-${weak}`
  const shared = { model: `policy-${policy}`, ...(stream && { stream: true }) }
  return { ...shared, ...conversations[client](content), ...(callsTool && { tools: [tools[client]] }) }
}

const conversations: Readonly<Record<Spoken, (content: string) => object>> = {
  chat: (content) => ({ messages: [{ role: 'user', content }] }),
  messages: (content) => ({ max_tokens: 200, messages: [{ role: 'user', content }] }),
  responses: (content) => ({ input: content }),
}

const parameters = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
}

const tools = {
  chat: { type: 'function', function: { name: 'add', description: 'Adds.', parameters } },
  messages: { name: 'add', description: 'Adds.', input_schema: parameters },
  responses: { type: 'function', name: 'add', description: 'Adds.', parameters, strict: false },
} as const
