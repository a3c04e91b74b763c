import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sigmoid } from '../../../src/base/math/sigmoid.ts'
import type { JudgeMessage } from '../../../src/learning/labels/chat/chat-body.ts'
import { answerJson } from './embedding-server.ts'

/** How the judge errs. Everything is in log-odds of preferring the answer shown first. */
export type ScriptedBias = {
  /** For the answer shown first. */
  readonly position?: number
  /** Times tanh(length difference / 100 characters). */
  readonly length?: number
  /** Verdicts are drawn with the probability that the log-odds say, and not only by their sign. */
  readonly isNoisy?: boolean
  /** The same request draws another verdict each time, as it must for samples that differ. */
  readonly drawsAnew?: boolean
  /** Calls it a tie where the log-odds are closer to 0 than this. */
  readonly tieWithin?: number
}

export type JudgeRequest = {
  readonly authorization: string | undefined
  readonly text: string
  readonly body: {
    readonly model: string
    readonly messages: readonly JudgeMessage[]
    readonly [field: string]: unknown
  }
}

export type ScriptedJudge = {
  /** Ends in /v1. */
  readonly baseUrl: string
  readonly requests: JudgeRequest[]
  /** The most requests that were open at once. */
  readonly mostOpen: number
  bias: ScriptedBias
  /** Tokens that every reply says it used; null: it does not say. */
  usage: { readonly input: number; readonly output: number } | null
  /** Answers a request instead of the judge; returns whether it did. Requests count from 1. */
  intercept: (response: ServerResponse, count: number, request: JudgeRequest) => boolean
  /** Called before each answer; the answer waits for it. */
  beforeAnswer: (count: number) => Promise<void>
  close(): Promise<void>
}

/** An answer that the judge knows to be that good, of that many characters. */
export function answerOf(quality: number, length: number): string {
  const head = `[quality ${quality.toFixed(3)}] `
  return head + 'x'.repeat(Math.max(0, length - head.length))
}

/**
 * A judge behind an OpenAI-compatible `/v1/chat/completions` whose true preferences and whose biases are known: it
 * reads the quality that `answerOf` wrote into the answers of the default prompts. The same request gets the same
 * verdict, whenever it comes, unless told otherwise.
 */
export async function startScriptedJudge(bias: ScriptedBias = {}): Promise<ScriptedJudge> {
  const requests: JudgeRequest[] = []
  const seen = new Map<string, number>()
  let open = 0
  let mostOpen = 0
  const http = createServer((request, response) => {
    let text = ''
    open++
    mostOpen = Math.max(mostOpen, open)
    response.on('close', () => open--)
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', async () => {
      const entry = { authorization: request.headers.authorization, text, body: JSON.parse(text) }
      const count = requests.push(entry)
      if (judge.intercept(response, count, entry)) return
      await judge.beforeAnswer(count)
      const times = (seen.get(text) ?? 0) + 1
      seen.set(text, times)
      answerChat(response, replyTo(entry, judge.bias, times), judge.usage)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const judge: ScriptedJudge = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get mostOpen() {
      return mostOpen
    },
    bias,
    usage: { input: 100, output: 10 },
    intercept: () => false,
    beforeAnswer: async () => {},
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return judge
}

export function answerChat(
  response: ServerResponse,
  content: string,
  usage: ScriptedJudge['usage'] = { input: 100, output: 10 },
): void {
  const message = { role: 'assistant', content }
  const body = {
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    ...(usage !== null && {
      usage: {
        prompt_tokens: usage.input,
        completion_tokens: usage.output,
        total_tokens: usage.input + usage.output,
      },
    }),
  }
  answerJson(response, 200, body)
}

function replyTo({ text, body }: JudgeRequest, bias: ScriptedBias, times: number): string {
  const user = body.messages.find(({ role }) => role === 'user')?.content ?? ''
  const single = blockOf(user, 'answer')
  if (single !== undefined) return `Reasons. Rating: [[${ratingOf(single, bias)}]]`
  const first = blockOf(user, 'answer-a') ?? ''
  const second = blockOf(user, 'answer-b') ?? ''
  const logOdds =
    qualityOf(first) -
    qualityOf(second) +
    (bias.position ?? 0) +
    lengthTerm(first.length - second.length, bias)
  if (Math.abs(logOdds) < (bias.tieWithin ?? 0)) return 'Reasons. [[C]]'
  const draw = uniform(`${text}${bias.drawsAnew === true ? times : 1}`)
  const prefersFirst = bias.isNoisy === true ? draw < sigmoid(logOdds) : logOdds > 0
  return `Reasons.\n[[${prefersFirst ? 'A' : 'B'}]]`
}

function ratingOf(answer: string, bias: ScriptedBias): number {
  return Math.min(10, Math.max(1, Math.round(5 + qualityOf(answer) + lengthTerm(answer.length - 150, bias))))
}

function lengthTerm(difference: number, { length = 0 }: ScriptedBias): number {
  return length * Math.tanh(difference / 100)
}

function blockOf(text: string, name: string): string | undefined {
  return new RegExp(`<${name} ([0-9a-f]{8})>\\n([\\s\\S]*?)\\n</${name} \\1>`).exec(text)?.[2]
}

function qualityOf(answer: string): number {
  return Number(/\[quality (-?\d+\.\d+)\]/.exec(answer)?.[1] ?? 0)
}

/** In [0, 1), by the text alone. */
function uniform(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
}
