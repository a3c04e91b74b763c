import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { toolResult } from './speaking-model.ts'

/** What a reply said to the client that asked. */
export type Said = {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[]
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number }
}

/** A conversation through one of the official clients. */
export type OfficialClient = {
  readonly protocol: 'chat-completions' | 'messages' | 'responses'
  /** Asks, and keeps the conversation. */
  ask(question: string, options?: AskOptions): Promise<Said>
  /** Answers the tool calls of the last reply. */
  answerCalls(options?: AskOptions): Promise<Said>
}

export type AskOptions = {
  readonly stream?: boolean
  readonly tools?: boolean
  readonly signal?: AbortSignal
  /** Instead of the client's. */
  readonly model?: string
}

const parameters = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
}
const description = 'Adds two numbers.'

type ChatBody = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>
type ResponseBody = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>

export const officialClients: readonly ((baseUrl: string, model: string) => OfficialClient)[] = [
  chatClient,
  messagesClient,
  responsesClient,
]

function chatClient(url: string, named: string): OfficialClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0 })
  const messages: OpenAI.ChatCompletionMessageParam[] = []
  let last: OpenAI.ChatCompletionMessage | undefined
  async function send({
    stream = false,
    tools = false,
    signal,
    model = named,
  }: AskOptions = {}): Promise<Said> {
    const body: ChatBody = {
      model,
      messages,
      ...(tools && {
        tools: [{ type: 'function', function: { name: 'add', description, parameters } }],
      }),
    }
    const completion = stream
      ? await streamed(body, signal)
      : await client.chat.completions.create(body, signal && { signal })
    last = completion.choices[0]!.message
    messages.push(last)
    const { usage } = completion
    return {
      text: last.content ?? '',
      reasoning: Reflect.get(last, 'reasoning_content') ?? '',
      calls: (last.tool_calls ?? []).flatMap((call) =>
        call.type === 'function'
          ? [{ name: call.function.name, arguments: JSON.parse(call.function.arguments) }]
          : [],
      ),
      tokens: {
        input: usage?.prompt_tokens ?? 0,
        cached: usage?.prompt_tokens_details?.cached_tokens ?? 0,
        output: usage?.completion_tokens ?? 0,
      },
    }
  }
  /** The client keeps the last piece only of fields that it does not know. */
  async function streamed(body: ChatBody, signal: AbortSignal | undefined): Promise<OpenAI.ChatCompletion> {
    let reasoning = ''
    const stream = client.chat.completions
      .stream({ ...body, stream_options: { include_usage: true } }, signal && { signal })
      .on('chunk', ({ choices }) => {
        reasoning += Reflect.get(choices[0]?.delta ?? {}, 'reasoning_content') ?? ''
      })
    const completion = await stream.finalChatCompletion()
    Object.assign(completion.choices[0]!.message, { reasoning_content: reasoning })
    return completion
  }
  return {
    protocol: 'chat-completions',
    ask(question, options) {
      messages.push({ role: 'user', content: question })
      return send(options)
    },
    answerCalls(options) {
      for (const { id } of last?.tool_calls ?? [])
        messages.push({ role: 'tool', tool_call_id: id, content: toolResult })
      return send(options)
    },
  }
}

function messagesClient(url: string, named: string): OfficialClient {
  const client = new Anthropic({ baseURL: url, apiKey: 'unused', maxRetries: 0 })
  const messages: Anthropic.MessageParam[] = []
  let last: Anthropic.Message | undefined
  async function send({
    stream = false,
    tools = false,
    signal,
    model = named,
  }: AskOptions = {}): Promise<Said> {
    const body: Anthropic.MessageCreateParamsNonStreaming = {
      model,
      max_tokens: 4096,
      messages,
      ...(tools && {
        tools: [{ name: 'add', description, input_schema: { ...parameters, type: 'object' } }],
      }),
    }
    last = stream
      ? await client.messages.stream(body, signal && { signal }).finalMessage()
      : await client.messages.create(body, signal && { signal })
    messages.push({ role: 'assistant', content: last.content })
    const { usage } = last
    const cached = usage.cache_read_input_tokens ?? 0
    return {
      text: last.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      reasoning: last.content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
      calls: last.content.flatMap((block) =>
        block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [],
      ),
      tokens: {
        input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
        cached,
        output: usage.output_tokens,
      },
    }
  }
  return {
    protocol: 'messages',
    ask(question, options) {
      messages.push({ role: 'user', content: question })
      return send(options)
    },
    answerCalls(options) {
      const content = (last?.content ?? []).flatMap((block) =>
        block.type === 'tool_use'
          ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: toolResult }]
          : [],
      )
      messages.push({ role: 'user', content })
      return send(options)
    },
  }
}

function responsesClient(url: string, named: string): OfficialClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0 })
  const input: OpenAI.Responses.ResponseInputItem[] = []
  let last: OpenAI.Responses.Response | undefined
  async function send({
    stream = false,
    tools = false,
    signal,
    model = named,
  }: AskOptions = {}): Promise<Said> {
    const body: ResponseBody = {
      model,
      input,
      store: false,
      include: ['reasoning.encrypted_content'],
      ...(tools && {
        tools: [{ type: 'function' as const, name: 'add', description, parameters, strict: true }],
      }),
    }
    last = stream
      ? await client.responses.stream(body, signal && { signal }).finalResponse()
      : await client.responses.create(body, signal && { signal })
    for (const item of last.output) input.push(item as OpenAI.Responses.ResponseInputItem)
    return {
      text: last.output_text,
      reasoning: last.output
        .flatMap((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text) : []))
        .join(''),
      calls: last.output.flatMap((item) =>
        item.type === 'function_call' ? [{ name: item.name, arguments: JSON.parse(item.arguments) }] : [],
      ),
      tokens: {
        input: last.usage?.input_tokens ?? 0,
        cached: last.usage?.input_tokens_details.cached_tokens ?? 0,
        output: last.usage?.output_tokens ?? 0,
      },
    }
  }
  return {
    protocol: 'responses',
    ask(question, options) {
      input.push({ role: 'user', content: question })
      return send(options)
    },
    answerCalls(options) {
      for (const item of last?.output ?? [])
        if (item.type === 'function_call')
          input.push({ type: 'function_call_output', call_id: item.call_id, output: toolResult })
      return send(options)
    },
  }
}
