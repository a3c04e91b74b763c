import type OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import type { Client, Said } from '../client.ts'
import { addTool, picture, type Task } from '../features.ts'
import type { OpenAIClass } from './openai-class.ts'
import { createAdd, maxReplies, sumSchema } from './tool.ts'

type Body = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>
type Parsed = OpenAI.ChatCompletion & {
  choices: { message: OpenAI.ChatCompletionMessage & { parsed?: unknown } }[]
}

/** `chat.completions` of the package `openai`, with its helpers for streams and structured output. */
export function openaiChat(name: string, packageName: string, Class: OpenAIClass): Client {
  return {
    name: `${name}, chat completions`,
    packages: [packageName],
    protocol: 'chat-completions',
    async ask({ url, model, fetch }, task): Promise<Said> {
      const client = new Class({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0, fetch })
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: contentOf(task) }]
      const add = createAdd()
      const thoughts: string[] = []
      for (let replies = 0; replies < maxReplies; replies++) {
        const completion = await complete(client, { model, messages, ...fieldsOf(task) }, task)
        const { message } = completion.choices[0]!
        thoughts.push(
          String(Reflect.get(message, 'reasoning_content') ?? Reflect.get(message, 'reasoning') ?? ''),
        )
        messages.push(message)
        for (const call of message.tool_calls ?? [])
          if (call.type === 'function') {
            const content = add.run(JSON.parse(call.function.arguments))
            messages.push({ role: 'tool', tool_call_id: call.id, content })
          }
        if ((message.tool_calls ?? []).length > 0) continue
        const { usage } = completion
        return {
          ...readContent(message.content),
          reasoning: thoughts[0]!,
          calls: add.calls,
          tokens: usage
            ? {
                input: usage.prompt_tokens,
                cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
                output: usage.completion_tokens,
              }
            : null,
          ...(task.structured && { object: message.parsed }),
        }
      }
      throw new Error('the conversation does not end')
    },
  }
}

function contentOf({ question, image }: Task): OpenAI.ChatCompletionUserMessageParam['content'] {
  if (!image) return question
  const url = `data:${picture.mediaType};base64,${picture.base64}`
  return [
    { type: 'text', text: question },
    { type: 'image_url', image_url: { url } },
  ]
}

function fieldsOf({ tools, thinks, structured }: Task): Partial<Body> {
  return {
    ...(tools && { tools: [{ type: 'function', function: { ...addTool, strict: true } }] }),
    ...(thinks && { reasoning_effort: 'medium' }),
    ...(structured && { response_format: zodResponseFormat(sumSchema, 'sum') }),
  }
}

/** The type of the content is a text, and the client passes on whatever came. */
function readContent(content: unknown): Pick<Said, 'text' | 'notes'> {
  if (!Array.isArray(content)) return { text: String(content ?? '') }
  const text = content.map((part) => part.text ?? '').join('')
  return { text, notes: ['the content is a list of parts'] }
}

async function complete(client: OpenAI, body: Body, { stream, signal }: Task): Promise<Parsed> {
  const options = signal && { signal }
  if (!stream) return await client.chat.completions.parse(body, options)
  // Of a field that it does not know, the client's helper keeps the last piece only.
  const extra: Record<string, string> = {}
  const running = client.chat.completions
    .stream({ ...body, stream_options: { include_usage: true } }, options)
    .on('chunk', ({ choices }) => {
      for (const field of ['reasoning_content', 'reasoning']) {
        const piece: unknown = Reflect.get(choices[0]?.delta ?? {}, field)
        if (typeof piece === 'string') extra[field] = (extra[field] ?? '') + piece
      }
    })
  const completion = await running.finalChatCompletion()
  Object.assign(completion.choices[0]!.message, extra)
  return completion
}
