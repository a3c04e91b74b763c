import type OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import type { Client, Said } from '../client.ts'
import { addTool, picture, type Task } from '../features.ts'
import type { OpenAIClass } from './openai-class.ts'
import { createAdd, maxReplies, sumSchema } from './tool.ts'

type Body = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>

/** `responses` of the package `openai`, without stored state. */
export function openaiResponses(name: string, packageName: string, Class: OpenAIClass): Client {
  return {
    name: `${name}, Responses`,
    packages: [packageName],
    protocol: 'responses',
    async ask({ url, model, fetch }, task): Promise<Said> {
      const client = new Class({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0, fetch })
      const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: contentOf(task) }]
      const add = createAdd()
      const thoughts: string[] = []
      for (let replies = 0; replies < maxReplies; replies++) {
        const body: Body = { model, input, store: false, ...fieldsOf(task) }
        const options = task.signal && { signal: task.signal }
        const response = task.stream
          ? await client.responses.stream(body, options).finalResponse()
          : await client.responses.parse(body, options)
        thoughts.push(
          response.output
            .flatMap((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text) : []))
            .join(''),
        )
        const calls = response.output.filter((item) => item.type === 'function_call')
        for (const item of response.output) input.push(item as OpenAI.Responses.ResponseInputItem)
        for (const { call_id, arguments: json } of calls)
          input.push({ type: 'function_call_output', call_id, output: add.run(JSON.parse(json)) })
        if (calls.length > 0) continue
        const { usage } = response
        return {
          text: response.output_text,
          reasoning: thoughts[0]!,
          calls: add.calls,
          tokens: usage
            ? {
                input: usage.input_tokens,
                cached: usage.input_tokens_details.cached_tokens,
                output: usage.output_tokens,
              }
            : null,
          ...(task.structured && { object: response.output_parsed }),
        }
      }
      throw new Error('the conversation does not end')
    },
  }
}

function contentOf({ question, image }: Task): OpenAI.Responses.EasyInputMessage['content'] {
  if (!image) return question
  const url = `data:${picture.mediaType};base64,${picture.base64}`
  return [
    { type: 'input_text', text: question },
    { type: 'input_image', image_url: url, detail: 'auto' },
  ]
}

function fieldsOf({ tools, thinks, structured }: Task): Partial<Body> {
  return {
    ...(tools && { tools: [{ type: 'function', ...addTool, strict: true }] }),
    ...(thinks && {
      reasoning: { effort: 'medium', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    }),
    ...(structured && { text: { format: zodTextFormat(sumSchema, 'sum') } }),
  }
}
