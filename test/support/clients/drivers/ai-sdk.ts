import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import * as six from 'ai-6'
import * as seven from 'ai-7'
import { createAnthropic as createAnthropic6 } from 'ai-sdk-anthropic-6'
import { createOpenAI as createOpenAI6 } from 'ai-sdk-openai-6'
import type { Client, Connection, Said } from '../client.ts'
import { addTool, picture, type Task } from '../features.ts'
import { addSchema, createAdd, maxReplies, sumSchema } from './tool.ts'

/** Of both versions, as far as they are used here. Version 6 has the same functions under types of its own. */
type Sdk = Pick<typeof seven, 'generateText' | 'streamText' | 'Output' | 'tool' | 'stepCountIs'>
type Model = Parameters<typeof seven.generateText>[0]['model']
type Settings = { baseURL: string; apiKey: string; fetch: typeof fetch }

const providers = [
  {
    protocol: 'responses',
    title: 'Responses',
    package: 'openai',
    six: (settings: Settings, model: string) => createOpenAI6(settings).responses(model) as unknown as Model,
    seven: (settings: Settings, model: string) => createOpenAI(settings).responses(model),
  },
  {
    protocol: 'chat-completions',
    title: 'chat completions',
    package: 'openai',
    six: (settings: Settings, model: string) => createOpenAI6(settings).chat(model) as unknown as Model,
    seven: (settings: Settings, model: string) => createOpenAI(settings).chat(model),
  },
  {
    protocol: 'messages',
    title: 'Messages',
    package: 'anthropic',
    six: (settings: Settings, model: string) => createAnthropic6(settings)(model) as unknown as Model,
    seven: (settings: Settings, model: string) => createAnthropic(settings)(model),
  },
] as const

/** `generateText` and `streamText` of the AI SDK with the providers for OpenAI and Anthropic. */
export const aiSdkClients: readonly Client[] = [
  ...providers.map(({ protocol, title, package: name, six: create }) => ({
    name: `ai 6 with @ai-sdk/${name}, ${title}`,
    packages: ['ai-6', `ai-sdk-${name}-6`],
    protocol,
    ask: askWith(six as unknown as Sdk, create),
  })),
  ...providers.map(({ protocol, title, package: name, seven: create }) => ({
    name: `ai 7 with @ai-sdk/${name}, ${title}`,
    packages: ['ai-7', `@ai-sdk/${name}`],
    protocol,
    ask: askWith(seven, create),
  })),
]

/** What a user of the gateway has to state, because the SDK knows what a model can do by its provider's name for it. */
const providerOptions = {
  openai: { store: false },
  anthropic: { structuredOutputMode: 'outputFormat' },
} as const
const thinkingOptions = {
  openai: {
    ...providerOptions.openai,
    forceReasoning: true,
    reasoningEffort: 'medium',
    reasoningSummary: 'auto',
  },
  anthropic: { ...providerOptions.anthropic, thinking: { type: 'adaptive' }, effort: 'medium' },
} as const

function askWith(sdk: Sdk, create: (settings: Settings, model: string) => Model) {
  return async ({ url, model: name, fetch }: Connection, task: Task): Promise<Said> => {
    const add = createAdd()
    const options = {
      model: create({ baseURL: `${url}/v1`, apiKey: 'unused', fetch }, name),
      maxRetries: 0,
      messages: [{ role: 'user' as const, content: contentOf(task) }],
      providerOptions: task.thinks ? thinkingOptions : providerOptions,
      stopWhen: sdk.stepCountIs(maxReplies),
      ...(task.tools && {
        tools: {
          add: sdk.tool({
            description: addTool.description,
            inputSchema: addSchema,
            execute: async (given) => add.run(given),
          }),
        },
      }),
      ...(task.structured && { output: sdk.Output.object({ schema: sumSchema }) }),
      ...(task.signal && { abortSignal: task.signal }),
    }
    if (task.stream) {
      const running = sdk.streamText({ ...options, onError: () => {} })
      for await (const part of running.fullStream) {
        if (part.type === 'error') throw part.error
        if (part.type === 'abort') throw new Error('aborted')
      }
      const steps = await running.steps
      return {
        ...readSteps(steps, add.calls),
        ...(task.structured && { object: await running.output }),
      }
    }
    const result = await sdk.generateText(options)
    return { ...readSteps(result.steps, add.calls), ...(task.structured && { object: result.output }) }
  }
}

type Step = Pick<
  Awaited<ReturnType<typeof seven.generateText>>['steps'][number],
  'text' | 'reasoningText' | 'usage'
>

function readSteps(steps: readonly Step[], calls: readonly unknown[]): Said {
  const { text, usage } = steps.at(-1)!
  return {
    text,
    reasoning: steps[0]?.reasoningText ?? '',
    calls,
    tokens: {
      input: usage.inputTokens ?? 0,
      cached: usage.inputTokenDetails.cacheReadTokens ?? 0,
      output: usage.outputTokens ?? 0,
    },
  }
}

function contentOf({ question, image }: Task) {
  const text = { type: 'text' as const, text: question }
  const { mediaType, base64 } = picture
  return image ? [text, { type: 'file' as const, data: base64, mediaType }] : [text]
}
