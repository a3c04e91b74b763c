import * as six from 'ai-6'
import { MockLanguageModelV3, simulateReadableStream as simulateSix } from 'ai-6/test'
import * as seven from 'ai-7'
import { MockLanguageModelV4 } from 'ai-7/test'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { createRoutedModels } from '../../../src/client/ai-sdk/index.ts'

const usage = {
  inputTokens: { total: 100, noCache: 20, cacheRead: 80, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
}
const stop = { unified: 'stop' as const, raw: 'stop' }

/** What a model of either version of the SDK answers: its own name, or, before a result of a tool, a call of one. */
function answers(name: string, seen: string[], callsTool = false) {
  return {
    provider: 'mock',
    modelId: name,
    doGenerate: async ({ prompt }: { prompt: readonly { role: string }[] }) => {
      seen.push(name)
      return callsTool && prompt.at(-1)?.role !== 'tool'
        ? {
            content: [{ type: 'tool-call' as const, toolCallId: 'c1', toolName: 'time', input: '{}' }],
            finishReason: { unified: 'tool-calls' as const, raw: 'tool_calls' },
            usage,
            warnings: [],
          }
        : {
            content: [{ type: 'text' as const, text: `I am ${name}` }],
            finishReason: stop,
            usage,
            warnings: [],
          }
    },
    doStream: async () => {
      seen.push(name)
      return {
        stream: simulateSix({
          chunks: [
            { type: 'stream-start' as const, warnings: [] },
            { type: 'text-start' as const, id: '1' },
            { type: 'text-delta' as const, id: '1', delta: `I am ${name}` },
            { type: 'text-end' as const, id: '1' },
            {
              type: 'finish' as const,
              finishReason: stop,
              usage,
              providerMetadata: { mock: { kept: true } },
            },
          ],
        }),
      }
    },
  }
}

const hard = 'Prove that the square root of 2 is irrational.'

const versions = [
  ['6', six as unknown as typeof seven, MockLanguageModelV3 as unknown as typeof MockLanguageModelV4],
  ['7', seven, MockLanguageModelV4],
] as const

describe.each(versions)(
  'in the AI SDK %s',
  (_version, { generateText, streamText, tool, stepCountIs }, Model) => {
    function createModels(seen: string[] = [], callsTool = false) {
      return createRoutedModels({
        strong: new Model(answers('big', seen, callsTool)),
        weak: new Model(answers('small', seen)),
      })
    }

    it('an easy prompt goes to the weak model and a hard one to the strong, with the decision', async () => {
      const routed = createModels()
      const easy = await generateText({ model: routed(), prompt: 'Good morning!' })
      expect([easy.text, easy.providerMetadata?.routellm]).toEqual([
        'I am small',
        {
          role: 'weak',
          provider: 'mock',
          modelId: 'small',
          reason: 'routed',
          fallback: null,
          strongWinRate: expect.any(Number),
          router: 'mf',
          threshold: expect.any(Number),
        },
      ])
      expect((await generateText({ model: routed('router-mf-50pct'), prompt: hard })).text).toBe('I am big')
      expect((await generateText({ model: routed('router-mf-0pct'), prompt: hard })).text).toBe('I am small')
      const fixed = await generateText({ model: routed('strong'), prompt: 'Good morning!' })
      expect(fixed.providerMetadata?.routellm).toMatchObject({ reason: 'fixed-model', role: 'strong' })
      await routed.close()
    })

    it('a stream comes through, with the decision at its end beside what the model says there', async () => {
      const result = streamText({ model: createModels().languageModel('auto'), prompt: hard })
      expect(await result.text).toBe('I am big')
      expect(await result.providerMetadata).toMatchObject({
        routellm: { role: 'strong' },
        mock: { kept: true },
      })
    })

    it('runs a tool loop on one model', async () => {
      const seen: string[] = []
      const time = tool({ description: 'the time', inputSchema: z.object({}), execute: async () => 'noon' })
      const { text } = await generateText({
        model: createModels(seen, true)('auto'),
        prompt: hard,
        tools: { time },
        stopWhen: stepCountIs(3),
      })
      expect([text, seen]).toEqual(['I am big', ['big', 'big']])
    })

    it.each([
      [{}, 'I am small'],
      [{ sessions: false as const }, 'I am big'],
    ])('within a tool loop a conversation keeps its model, or not, as %j says', async (options, expected) => {
      const routed = createRoutedModels({
        strong: new Model(answers('big', [])),
        weak: new Model(answers('small', [])),
        ...options,
      })
      const headers = { 'X-RouteLLM-Session': 'one' }
      await generateText({ model: routed(), prompt: 'Good morning!', headers })
      const call = { toolCallId: 'c1', toolName: 'time' }
      const { text } = await generateText({
        model: routed(),
        messages: [
          { role: 'user', content: hard },
          { role: 'assistant', content: [{ type: 'tool-call', ...call, input: {} }] },
          {
            role: 'tool',
            content: [{ type: 'tool-result', ...call, output: { type: 'text', value: 'noon' } }],
          },
        ],
        headers,
      })
      expect(text).toBe(expected)
    })

    it('refuses a name that is none', async () => {
      await expect(
        generateText({ model: createModels()('router-none'), prompt: 'Hi', maxRetries: 0 }),
      ).rejects.toThrow(/router-none|"none"/)
    })

    it('passes the error of a model on', async () => {
      const weak = new Model({
        ...answers('small', []),
        doGenerate: async () => Promise.reject(new Error('no key')),
      })
      const routed = createRoutedModels({ strong: new Model(answers('big', [])), weak })
      await expect(generateText({ model: routed(), prompt: 'Hi', maxRetries: 0 })).rejects.toThrow('no key')
    })
  },
)

it('gives models of the version that it gets', () => {
  const four = createRoutedModels({
    strong: new MockLanguageModelV4({}),
    weak: new MockLanguageModelV4({ modelId: 'w' }),
  })
  expectTypeOf(four('auto')).toExtend<Exclude<seven.LanguageModel, string>>()
  const three = createRoutedModels({
    strong: new MockLanguageModelV3({}),
    weak: new MockLanguageModelV3({ modelId: 'w' }),
  })
  expectTypeOf(three('auto')).toExtend<Exclude<six.LanguageModel, string>>()
  expect([four().specificationVersion, three().specificationVersion]).toEqual(['v4', 'v3'])
})

it.each([
  ['weak', undefined, 'weak is undefined; give a model, such as openai('],
  ['strong', 'openai/gpt-5', 'strong is "openai/gpt-5"; give a model'],
])('refuses a %s model that is none: %s', (role, model, message) => {
  const good = new MockLanguageModelV4({})
  const create = () => createRoutedModels({ strong: good, weak: good, [role]: model })
  expect(create).toThrow(
    expect.objectContaining({ code: 'not-a-model', param: role, message: expect.stringContaining(message) }),
  )
})

it('refuses models of two versions', () => {
  expect(() =>
    createRoutedModels<MockLanguageModelV3 | MockLanguageModelV4>({
      strong: new MockLanguageModelV4({}),
      weak: new MockLanguageModelV3({}),
    }),
  ).toThrow(expect.objectContaining({ code: 'model-versions-differ' }))
})

it('passes on URLs that both models fetch', async () => {
  const strong = new MockLanguageModelV4({
    supportedUrls: { 'image/*': [/^https:/, /^gs:/], 'audio/*': [/^https:/] },
  })
  const weak = new MockLanguageModelV4({ supportedUrls: { 'image/*': [/^https:/] } })
  expect(await createRoutedModels({ strong, weak })().supportedUrls).toEqual({ 'image/*': [/^https:/] })
})
