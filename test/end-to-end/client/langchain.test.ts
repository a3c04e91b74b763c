import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
} from '@langchain/core/messages'
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs'
import { tool } from '@langchain/core/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RoutedChatModel, type RoutedChatModelOptions } from '../../../src/client/langchain/index.ts'

/** A chat model that answers with its name. */
class Named extends BaseChatModel {
  readonly model: string
  tools: unknown[] = []
  constructor(model: string) {
    super({ maxRetries: 0 })
    this.model = model
  }
  override _llmType() {
    return 'named'
  }
  override bindTools(tools: unknown[]) {
    const bound = new Named(this.model)
    bound.tools = tools
    return bound
  }
  override async _generate(): Promise<ChatResult> {
    const message = new AIMessage({
      content: `I am ${this.model} with ${this.tools.length} tools`,
      response_metadata: { kept: true },
    })
    return { generations: [{ text: message.text, message }] }
  }
  override async *_streamResponseChunks() {
    for (const text of ['I am ', this.model])
      yield new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text }) })
  }
}

const easy = 'Good morning!'
const hard = 'Prove that the square root of 2 is irrational.'

const create = (more: Partial<RoutedChatModelOptions> = {}) =>
  new RoutedChatModel({ strong: new Named('big'), weak: new Named('small'), ...more })

describe('a routed chat model', () => {
  it('sends an easy prompt to the weak model and a hard one to the strong, with the decision', async () => {
    const model = create()
    const message = await model.invoke(easy)
    expect([message.text, message.response_metadata]).toEqual([
      'I am small with 0 tools',
      {
        kept: true,
        routellm: {
          role: 'weak',
          provider: 'Named',
          modelId: 'small',
          reason: 'routed',
          fallback: null,
          strongWinRate: expect.any(Number),
          router: 'mf',
          threshold: expect.any(Number),
        },
      },
    ])
    expect((await model.invoke([new HumanMessage(hard)])).text).toContain('big')
    expect((await create({ model: 'router-mf-0pct' }).invoke(hard)).text).toContain('small')
    expect((await create({ model: 'weak' }).invoke(hard)).response_metadata.routellm).toMatchObject({
      reason: 'fixed-model',
    })
    await model.close()
  })

  it('streams, with the decision in the last chunk', async () => {
    const chunks: AIMessageChunk[] = []
    for await (const chunk of await create().stream(hard)) chunks.push(chunk)
    expect(chunks.map(({ text }) => text).slice(0, 2)).toEqual(['I am ', 'big'])
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk))
    expect([whole.text, whole.response_metadata.routellm]).toEqual([
      'I am big',
      expect.objectContaining({ role: 'strong', modelId: 'big' }),
    ])
  })

  it('binds tools to both models', async () => {
    const time = tool(async () => 'noon', { name: 'time', schema: z.object({}) })
    const model = create().bindTools([time])
    expect([(await model.invoke(easy)).text, (await model.invoke(hard)).text]).toEqual([
      'I am small with 1 tools',
      'I am big with 1 tools',
    ])
  })

  it.each([
    [{}, 'small'],
    [{ sessions: false as const }, 'big'],
  ])('within a tool loop a conversation keeps its model, or not, as %j says', async (options, expected) => {
    const model = create(options)
    await model.invoke(easy)
    const messages: BaseMessage[] = [
      new HumanMessage(easy),
      new AIMessage({ content: '', tool_calls: [{ id: 'c1', name: 'time', args: {} }] }),
      new HumanMessage(hard),
      new AIMessage({ content: '', tool_calls: [{ id: 'c2', name: 'time', args: {} }] }),
      new ToolMessage({ content: 'noon', tool_call_id: 'c2' }),
    ]
    expect((await model.invoke(messages)).text).toContain(expected)
  })

  it('refuses a model that is none', () => {
    const create = () =>
      new RoutedChatModel({ strong: new Named('big') } as unknown as RoutedChatModelOptions)
    expect(create).toThrow(expect.objectContaining({ code: 'not-a-model', param: 'weak' }))
  })

  it('refuses a name that is none, tools for a model without, and passes the error of a model on', async () => {
    await expect(create({ model: 'router-none' }).invoke(easy)).rejects.toMatchObject({
      code: 'unknown-router',
    })
    const strong = new Named('big')
    Object.defineProperty(strong, 'bindTools', { value: undefined })
    expect(() => create({ strong }).bindTools([])).toThrow(
      expect.objectContaining({ code: 'model-without-tools', param: 'strong' }),
    )
    const weak = new Named('small')
    weak._generate = () => Promise.reject(new Error('no key'))
    await expect(create({ weak }).invoke(easy)).rejects.toThrow('no key')
  })
})
