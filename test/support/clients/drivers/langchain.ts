import {
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  type MessageContent,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import type { Client, Connection, Said } from '../client.ts'
import { addTool, picture, type Task } from '../features.ts'
import { addSchema, createAdd, maxReplies, sumSchema } from './tool.ts'

/** `ChatOpenAI` of LangChain, with both of the APIs that it speaks. */
export const langchainClients: readonly Client[] = [
  langchainClient('Responses', 'responses'),
  langchainClient('chat completions', 'chat-completions'),
]

function langchainClient(title: string, protocol: 'responses' | 'chat-completions'): Client {
  return {
    name: `@langchain/openai, ${title}`,
    packages: ['@langchain/openai'],
    protocol,
    async ask(connection: Connection, task: Task): Promise<Said> {
      const model = createModel(connection, task, protocol)
      const messages: BaseMessage[] = [new HumanMessage({ content: contentOf(task) })]
      const options = task.signal && { signal: task.signal }
      if (task.structured) return askForObject(model, messages, task)
      const add = createAdd()
      const addition = tool((given) => add.run(given), {
        name: addTool.name,
        description: addTool.description,
        schema: addSchema,
      })
      const bound = task.tools ? model.bindTools([addition]) : model
      const thoughts: string[] = []
      for (let replies = 0; replies < maxReplies; replies++) {
        const message: AIMessageChunk = task.stream
          ? await joinChunks(await bound.stream(messages, options))
          : await bound.invoke(messages, options)
        thoughts.push(reasoningOf(message))
        messages.push(message)
        for (const call of message.tool_calls ?? []) {
          const content = String(await addition.invoke(addSchema.parse(call.args)))
          messages.push(new ToolMessage({ content, tool_call_id: call.id ?? '' }))
        }
        if ((message.tool_calls ?? []).length > 0) continue
        const usage = message.usage_metadata as UsageMetadata | undefined
        return {
          text: message.text,
          reasoning: thoughts[0]!,
          calls: add.calls,
          tokens: usage
            ? {
                input: usage.input_tokens,
                cached: usage.input_token_details?.cache_read ?? 0,
                output: usage.output_tokens,
              }
            : null,
        }
      }
      throw new Error('the conversation does not end')
    },
  }
}

/** It sends `reasoning` to models with a name of OpenAI's only; `modelKwargs` sends it to any. */
function createModel({ url, model, fetch }: Connection, { thinks }: Task, protocol: string): ChatOpenAI {
  const responses = protocol === 'responses'
  const kwargs = responses
    ? { reasoning: { effort: 'medium', summary: 'auto' }, include: ['reasoning.encrypted_content'] }
    : { reasoning_effort: 'medium' }
  return new ChatOpenAI({
    model,
    apiKey: 'unused',
    maxRetries: 0,
    useResponsesApi: responses,
    ...(responses && { zdrEnabled: true }),
    ...(thinks && { modelKwargs: kwargs }),
    configuration: { baseURL: `${url}/v1`, fetch },
  })
}

async function askForObject(model: ChatOpenAI, messages: BaseMessage[], task: Task): Promise<Said> {
  const structured = model.withStructuredOutput(sumSchema, { method: 'jsonSchema', name: 'sum' })
  let object: unknown
  if (task.stream) for await (const partial of await structured.stream(messages)) object = partial
  else object = await structured.invoke(messages)
  return { text: '', reasoning: '', calls: [], tokens: null, object }
}

async function joinChunks(chunks: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined
  for await (const chunk of chunks) whole = whole === undefined ? chunk : whole.concat(chunk)
  if (whole === undefined) throw new Error('the stream is empty')
  return whole
}

function reasoningOf({ additional_kwargs: more }: BaseMessage): string {
  if (typeof more.reasoning_content === 'string') return more.reasoning_content
  const { summary } = (more.reasoning ?? {}) as { summary?: { text?: string }[] }
  return (summary ?? []).map(({ text }) => text ?? '').join('')
}

function contentOf({ question, image }: Task): MessageContent {
  if (!image) return question
  const url = `data:${picture.mediaType};base64,${picture.base64}`
  return [
    { type: 'text', text: question },
    { type: 'image_url', image_url: { url } },
  ]
}
