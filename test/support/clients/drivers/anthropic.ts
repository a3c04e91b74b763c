import Anthropic from '@anthropic-ai/sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import type { Client, Said } from '../client.ts'
import { addTool, picture, type Task } from '../features.ts'
import { createAdd, maxReplies, sumSchema } from './tool.ts'

type Body = Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'>

/** `messages` of Anthropic's client, with its helpers for streams and structured output. */
export const anthropicClient: Client = {
  name: '@anthropic-ai/sdk, Messages',
  packages: ['@anthropic-ai/sdk'],
  protocol: 'messages',
  async ask({ url, model, fetch }, task): Promise<Said> {
    const client = new Anthropic({ baseURL: url, apiKey: 'unused', maxRetries: 0, fetch })
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: contentOf(task) }]
    const add = createAdd()
    const thoughts: string[] = []
    for (let replies = 0; replies < maxReplies; replies++) {
      const body = { model, max_tokens: 4096, messages, ...fieldsOf(task) }
      const options = task.signal && { signal: task.signal }
      const message = task.stream
        ? await client.messages.stream(body, options).finalMessage()
        : await client.messages.parse(body, options)
      thoughts.push(
        message.content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
      )
      messages.push({ role: 'assistant', content: message.content as Anthropic.ContentBlockParam[] })
      const results = message.content.flatMap((block) =>
        block.type === 'tool_use'
          ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: add.run(block.input) }]
          : [],
      )
      if (results.length > 0) {
        messages.push({ role: 'user', content: results })
        continue
      }
      const { usage } = message
      const cached = usage.cache_read_input_tokens ?? 0
      return {
        text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        reasoning: thoughts[0]!,
        calls: add.calls,
        tokens: {
          input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
          cached,
          output: usage.output_tokens,
        },
        ...(task.structured && { object: message.parsed_output }),
      }
    }
    throw new Error('the conversation does not end')
  },
}

function contentOf({ question, image }: Task): Anthropic.MessageParam['content'] {
  if (!image) return question
  return [
    { type: 'text', text: question },
    { type: 'image', source: { type: 'base64', media_type: picture.mediaType, data: picture.base64 } },
  ]
}

function fieldsOf({ tools, thinks, structured }: Task): Partial<Body> {
  const config = {
    ...(thinks && { effort: 'medium' as const }),
    ...(structured && { format: zodOutputFormat(sumSchema) }),
  }
  const { name, description, parameters } = addTool
  return {
    ...(tools && { tools: [{ name, description, input_schema: parameters }] }),
    ...(thinks && { thinking: { type: 'adaptive' } }),
    ...((thinks || structured) && { output_config: config }),
  }
}
