import { Agent, type AgentInputItem, OpenAIProvider, Runner, tool } from '@openai/agents'
import type { Client, Connection, Said } from '../client.ts'
import { addTool, picture, type Task } from '../features.ts'
import { openai7 } from './openai-class.ts'
import { addSchema, createAdd, maxReplies, sumSchema } from './tool.ts'

/** An agent of OpenAI's Agents SDK, run without tracing. */
export const agentsClients: readonly Client[] = [
  agentsClient('Responses', 'responses'),
  agentsClient('chat completions', 'chat-completions'),
]

type OpenAIClient = NonNullable<NonNullable<ConstructorParameters<typeof OpenAIProvider>[0]>['openAIClient']>

function agentsClient(title: string, protocol: 'responses' | 'chat-completions'): Client {
  return {
    name: `@openai/agents, ${title}`,
    packages: ['@openai/agents'],
    protocol,
    async ask({ url, model, fetch }: Connection, task: Task): Promise<Said> {
      const client = new openai7({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0, fetch })
      const runner = new Runner({
        tracingDisabled: true,
        modelProvider: new OpenAIProvider({
          openAIClient: client as unknown as OpenAIClient,
          useResponses: protocol === 'responses',
        }),
      })
      const add = createAdd()
      const agent = new Agent({
        name: 'Adder',
        model,
        modelSettings: {
          store: false,
          ...(task.thinks && { reasoning: { effort: 'medium', summary: 'auto' } }),
          ...(task.thinks &&
            protocol === 'responses' && { providerData: { include: ['reasoning.encrypted_content'] } }),
        },
        tools: task.tools
          ? [
              tool({
                name: addTool.name,
                description: addTool.description,
                parameters: addSchema,
                execute: async (given) => add.run(given),
              }),
            ]
          : [],
        ...(task.structured && { outputType: sumSchema }),
      })
      const options = { maxTurns: maxReplies, ...(task.signal && { signal: task.signal }) }
      const input = [inputOf(task)]
      if (!task.stream) return readResult(await runner.run(agent, input, options), add.calls, task)
      const running = await runner.run(agent, input, { ...options, stream: true })
      for await (const _event of running) {
        // The answer is read from the result.
      }
      await running.completed
      task.signal?.throwIfAborted()
      return readResult(running, add.calls, task)
    },
  }
}

function inputOf({ question, image }: Task): AgentInputItem {
  const { mediaType, base64 } = picture
  return {
    role: 'user',
    content: image
      ? [
          { type: 'input_text', text: question },
          { type: 'input_image', image: `data:${mediaType};base64,${base64}` },
        ]
      : question,
  }
}

type Result = {
  readonly finalOutput?: unknown
  readonly newItems: readonly { readonly type: string; readonly rawItem?: unknown }[]
  readonly rawResponses: readonly {
    readonly usage: {
      readonly inputTokens: number
      readonly outputTokens: number
      readonly inputTokensDetails: readonly Readonly<Record<string, number>>[]
    }
  }[]
}

function readResult(result: Result, calls: readonly unknown[], task: Task): Said {
  const usage = result.rawResponses.at(-1)?.usage
  const thought = result.newItems.find(({ type }) => type === 'reasoning_item')?.rawItem as
    | { content?: { text?: string }[]; rawContent?: { text?: string }[] }
    | undefined
  const texts = [...(thought?.content ?? []), ...(thought?.rawContent ?? [])]
  return {
    text: task.structured ? '' : String(result.finalOutput),
    reasoning: texts[0]?.text ?? '',
    calls,
    tokens: usage
      ? {
          input: usage.inputTokens,
          cached: usage.inputTokensDetails[0]?.cached_tokens ?? 0,
          output: usage.outputTokens,
        }
      : null,
    ...(task.structured && { object: result.finalOutput }),
  }
}
