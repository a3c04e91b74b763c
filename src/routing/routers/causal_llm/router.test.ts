import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerJson } from '../../../../test/support/servers/embedding-server.ts'
import {
  type LogprobServer,
  type LogprobStyle,
  labelTokens,
  startLogprobServer,
} from '../../../../test/support/servers/logprob-server.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { strongWinRateOfLogits } from './reply/labels.ts'
import { type CausalLlmRouter, type CausalLlmRouterOptions, createCausalLlmRouter } from './router.ts'

let server: LogprobServer
const opened: CausalLlmRouter[] = []
const warnings: string[] = []

beforeEach(async () => {
  server = await startLogprobServer('openai-chat')
})
afterEach(async () => {
  warnings.length = 0
  await Promise.all(opened.splice(0).map((router) => router.close()))
  await server.close()
})

function create(options: Partial<CausalLlmRouterOptions> = {}): CausalLlmRouter {
  const router = createCausalLlmRouter({
    name: 'causal',
    baseUrl: server.baseUrl,
    model: 'judge',
    apiKey: 'sk-secret-1234',
    maxRetryDelayMs: 1,
    onWarning: (message) => warnings.push(message),
    ...options,
  })
  opened.push(router)
  return router
}

const prompt = promptFromText('Prove that √2 is irrational.')
const questionsOf = () => server.requests.map(({ body }) => body.messages?.at(-1)?.content)

const file = fileURLToPath(new URL('../../../../test/golden/head_cases.json', import.meta.url))
const golden: { causal_llm: { logits: number[]; win_rate: number }[] } = JSON.parse(
  readFileSync(file, 'utf8'),
)

describe('the win rate', () => {
  it.each<[LogprobStyle, 'chat' | 'completion']>([
    ['openai-chat', 'chat'],
    ['vllm-completions', 'completion'],
    ['llama.cpp', 'chat'],
    ['llama.cpp', 'completion'],
    ['ollama', 'chat'],
    ['ollama', 'completion'],
  ])('over %s (%s) is that of the reference, to 1e-9', async (style, mode) => {
    server.style = style
    const router = create({ mode })
    for (const [index, { logits, win_rate }] of golden.causal_llm.entries()) {
      server.logitsOf = () => logits
      const winRate = await router.strongWinRate(promptFromText(`case ${index}`))
      expect(Math.abs(winRate - win_rate)).toBeLessThan(1e-9)
    }
    expect(server.requests).toHaveLength(golden.causal_llm.length)
    expect(warnings).toEqual([])
  })

  it('of a label that is one special token after the head of a turn is the same', async () => {
    server.style = 'vllm-completions'
    const { logits, win_rate } = golden.causal_llm[1]!
    server.tokensOf = () => [
      ...['<|start_header_id|>', 'assistant', '<|end_header_id|>', '\n\n'].map((token) => ({
        token,
        top: [
          [token, -1e-4],
          ['x', -9],
        ] as const,
      })),
      labelTokens(logits, (digit) => `[[${digit}]]`)[1]!,
    ]
    const winRate = await create({ mode: 'completion' }).strongWinRate(prompt)
    expect(Math.abs(winRate - win_rate)).toBeLessThan(1e-9)
  })

  it('of an answer without a label is 1, and the explanation shows the answer', async () => {
    server.tokensOf = () => [
      {
        token: 'Sure! Here is',
        top: [
          ['Sure! Here is', -0.1],
          ['[[', -3],
        ],
      },
    ]
    const router = create()
    expect(await router.strongWinRate(prompt)).toBe(1)
    expect((await router.explain(prompt)).reason).toBe(
      'judge answered "Sure! Here is" in place of a label, which counts as a win of the strong model',
    )
    expect(server.requests).toHaveLength(1)
  })

  it('of an empty answer is 1, and nothing is concluded about the endpoint', async () => {
    server.intercept = (response, count) => {
      if (count > 1) return false
      answerJson(response, 200, { choices: [{ message: { content: '' }, logprobs: null }] })
      return true
    }
    const router = create()
    expect(await router.strongWinRate(prompt)).toBe(1)
    expect(await router.strongWinRate(promptFromText('another'))).toBeLessThan(1)
    expect(warnings).toEqual([])
  })

  it('is explained by what the model found how probable', async () => {
    server.logitsOf = () => [0, 0.2, 0.4, 0.6, 0.8].map(Math.log)
    const explanation = await create().explain(prompt)
    expect(explanation.strongWinRate).toBeCloseTo(0.3, 12)
    expect(explanation.reason).toBe(
      "judge rates the weak model's answer [[5]] 40 %, [[4]] 30 %, [[3]] 20 %, [[2]] 10 %",
    )
  })
})

describe('a request', () => {
  it('of chat completions is as documented', async () => {
    await create().strongWinRate(prompt)
    const [request] = server.requests
    expect(request).toMatchObject({
      path: '/v1/chat/completions',
      authorization: 'Bearer sk-secret-1234',
      body: { model: 'judge', max_tokens: 6, temperature: 0, logprobs: true, top_logprobs: 20 },
    })
    expect(request?.body.messages?.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(request?.body.messages?.[1]?.content).toBe(
      '<request>\nProve that √2 is irrational.\n</request>\n\nLabel:',
    )
  })

  it('of completions has one text in the format of the reference, or in another', async () => {
    server.style = 'vllm-completions'
    const question = { name: 'x', system: ' S \n', question: '[Q]\n{question}\n\nA:\n' }
    await create({ mode: 'completion', prompt: question }).strongWinRate(promptFromText('say {system}'))
    await create({ mode: 'completion', prompt: question, template: '{system}|{user}|' }).strongWinRate(
      promptFromText('say {system}'),
    )
    expect(server.requests.map(({ path, body }) => [path, body.prompt, body.logprobs])).toEqual([
      [
        '/v1/completions',
        '<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n[Q]\nsay {system}\n\nA:<|eot_id|>',
        20,
      ],
      ['/v1/completions', 'S|[Q]\nsay {system}\n\nA:|', 20],
    ])
    expect(server.requests[0]?.body).not.toHaveProperty('messages')
  })

  it('takes further parameters over its own, and null takes one out', async () => {
    const parameters = { max_tokens: null, max_completion_tokens: 6, temperature: 0.5 }
    await create({ parameters, maxTokens: 9, topLogprobs: 5 }).strongWinRate(prompt)
    const body = server.requests[0]?.body
    expect(body).toMatchObject({ max_completion_tokens: 6, temperature: 0.5, top_logprobs: 5 })
    expect(body).not.toHaveProperty('max_tokens')
  })

  it('has beginning and end of a long prompt, and the explanation says so', async () => {
    const text = `begin${'x'.repeat(20_000)}end`
    const router = create()
    const { reason } = await router.explain(promptFromText(text))
    expect(reason).toContain('of the beginning and end of the prompt')
    const question = questionsOf()[0] ?? ''
    expect(question.length).toBeLessThan(16_100)
    expect(question).toMatch(/^<request>\nbegin.*\n\[…\]\n.*end\n<\/request>/s)
  })

  it('without a key has no Authorization header', async () => {
    const router = createCausalLlmRouter({ baseUrl: server.baseUrl, model: 'm' })
    opened.push(router)
    await router.strongWinRate(prompt)
    expect(server.requests[0]?.authorization).toBeUndefined()
  })

  it('is made once for equal prompts, as long as they are remembered', async () => {
    const router = create({ cacheEntries: 2 })
    const first = await router.strongWinRate(prompt)
    expect(await router.strongWinRate(prompt)).toBe(first)
    expect((await router.explain(prompt)).strongWinRate).toBe(first)
    expect(server.requests).toHaveLength(1)
    for (const text of ['a', 'b', 'c']) await router.strongWinRate(promptFromText(text))
    await router.strongWinRate(prompt)
    expect(server.requests).toHaveLength(5)
    const forgetful = create({ cacheEntries: 0 })
    for (let i = 0; i < 2; i++) await forgetful.strongWinRate(prompt)
    expect(server.requests).toHaveLength(7)
  })
})

describe('an endpoint without probabilities', () => {
  beforeEach(() => {
    server.style = 'no-logprobs'
  })

  it('is asked for seeded answers, which are counted and smoothed; a warning says so once', async () => {
    const router = create({ samples: 10 })
    // The server draws label seed mod 5 + 1: two of each. (6 + .6) / 11
    expect(await router.strongWinRate(prompt)).toBeCloseTo(0.6, 12)
    const drawn = server.requests.slice(1).map(({ body }) => body)
    expect(drawn.map(({ n, seed, temperature }) => [n, seed, temperature]).sort()).toEqual(
      [10, ...Array(9).fill(1)].map((n, seed) => [n, seed, 1]).sort(),
    )
    expect(drawn.every((body) => body.logprobs === undefined && body.top_logprobs === undefined)).toBe(true)
    expect(warnings).toEqual([
      `The endpoint ${server.baseUrl} gives no token probabilities of judge, so the router causal draws 10 answers for each prompt and counts them: coarser, and 10 times as dear. A server with logprobs (vLLM, SGLang, llama.cpp, Ollama, OpenAI) avoids it.`,
    ])
    await router.strongWinRate(promptFromText('another'))
    expect(server.requests).toHaveLength(1 + 10 + 10)
    expect(warnings).toHaveLength(1)
    expect((await router.explain(prompt)).reason).toBe(
      "judge rates the weak model's answer, in 10 answers drawn at random because its endpoint gives no token probabilities: [[1]] 20 %, [[2]] 20 %, [[3]] 20 %, [[4]] 20 %, [[5]] 20 %",
    )
  })

  it('that answers n times at once is asked once', async () => {
    server.intercept = (response, count) => {
      const answers = count === 1 ? ['[[5]]'] : ['[[5]]', '[[4]]', '5', 'no idea']
      answerJson(response, 200, { choices: answers.map((content) => ({ message: { content } })) })
      return true
    }
    // One of four without 4 or 5: (1 + .6) / 5
    expect(await create({ samples: 4 }).strongWinRate(prompt)).toBeCloseTo(0.32, 12)
    expect(server.requests).toHaveLength(2)
  })

  it('counts as a win of the strong model where no answer has a label', async () => {
    server.intercept = (response) => {
      answerJson(response, 200, { choices: Array(3).fill({ text: 'Sure' }) })
      return true
    }
    const router = create({ samples: 3, mode: 'completion' })
    expect(await router.strongWinRate(prompt)).toBe(1)
    expect((await router.explain(prompt)).reason).toMatch(/no label 3 times$/)
  })

  it('is not asked for probabilities where topLogprobs is 0, and nothing is warned of', async () => {
    await create({ topLogprobs: 0, samples: 1 }).strongWinRate(prompt)
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]?.body).toMatchObject({ n: 1, seed: 0 })
    expect(warnings).toEqual([])
  })

  it('is one that lists only the chosen token, too', async () => {
    server.intercept = (response, count) => {
      const content = [{ token: '[[4]]', logprob: -0.2, top_logprobs: [] }]
      const logprobs = count === 1 ? { content } : null
      answerJson(response, 200, { choices: [{ message: { content: '[[4]]' }, logprobs }] })
      return true
    }
    expect(await create({ samples: 2 }).strongWinRate(prompt)).toBeCloseTo(0.6 / 3, 12)
    expect(warnings).toHaveLength(1)
  })
})

describe('a failure', () => {
  const failure = (options: Partial<CausalLlmRouterOptions> = {}) =>
    create({ retries: 1, ...options })
      .strongWinRate(prompt)
      .then(
        () => expect.unreachable(),
        (error: Error) => error,
      )

  it('is not tried again where that is no use, and names what to do', async () => {
    for (const [status, message, says] of [
      [401, 'Incorrect API key: sk-secret-1234', 'Check the key'],
      [404, 'The model `judge` does not exist', 'name of the model'],
      [400, "'top_logprobs' must be at most 5", 'Set topLogprobs'],
      [400, "Unsupported parameter: 'max_tokens'", 'max_completion_tokens: 6'],
      [400, 'This model has a context of 512 tokens', 'what parameters adds'],
    ] as const) {
      server.requests.length = 0
      server.intercept = (response) => {
        answerJson(response, status, { error: { message } })
        return true
      }
      const error = await failure()
      expect(error).toMatchObject({ name: 'RouterError', code: 'causal-llm-refused', status: 502 })
      expect(error.message).toContain(`judge from ${server.baseUrl}: it answered ${status}`)
      expect(error.message).toContain(says)
      expect(error.message).not.toContain('sk-secret')
      expect(server.requests).toHaveLength(1)
    }
  })

  it('of a limited rate is tried again as often as allowed', async () => {
    server.style = '429'
    expect((await failure({ retries: 2 })).message).toMatch(/after 3 tries: it answered 429: .*concurrency/)
    expect(server.requests).toHaveLength(3)
    server.intercept = (response, count) => {
      if (count === 5) return false
      response.destroy()
      return true
    }
    server.style = 'openai-chat'
    expect(await create({ retries: 1 }).strongWinRate(prompt)).toBeLessThan(1)
  })

  it('of a page in place of a completion shows it', async () => {
    server.style = 'garbage'
    expect(await failure()).toMatchObject({
      code: 'causal-llm-reply-invalid',
      message: expect.stringMatching(/no completion: "<html>.*Check baseUrl/),
    })
  })

  it('repeats no key, whoever else does', async () => {
    server.intercept = (response, count) => {
      const { authorization } = server.requests[count - 1]!
      answerJson(response, 200, { headers: { authorization } })
      return true
    }
    const url = new URL(server.baseUrl)
    url.password = 'sk-in-the-url'
    url.search = '?key=sk-in-the-query'
    const { message } = await failure({ baseUrl: url.href })
    expect(message).toContain(`judge from ${server.baseUrl}: what came is no completion: {"headers":`)
    expect(message).not.toContain('sk-')
  })

  it('of an endpoint that is not there says so', async () => {
    await server.close()
    expect(await failure()).toMatchObject({
      code: 'causal-llm-unreachable',
      status: 502,
      message: expect.stringMatching(/after 2 tries: .*ECONNREFUSED/),
    })
    server = await startLogprobServer('openai-chat')
  })

  it('to answer in time says so', async () => {
    server.style = 'slow'
    expect(await failure({ timeoutMs: 50, retries: 0 })).toMatchObject({
      code: 'causal-llm-timeout',
      status: 504,
      message: expect.stringMatching(/within 50 ms.*timeoutMs/),
    })
  })

  it('of a model that thinks tells how to switch that off', async () => {
    server.tokensOf = () =>
      ['<think>', '\n', 'Okay', ', the', ' user'].map((token) => ({
        token,
        top: [
          [token, -0.1],
          ['x', -3],
        ],
      }))
    expect(await failure()).toMatchObject({
      code: 'causal-llm-thinks',
      message: expect.stringContaining('enable_thinking: false'),
    })
    server.style = 'no-logprobs'
    expect(await failure({ topLogprobs: 0 })).toMatchObject({ code: 'causal-llm-thinks' })
  })

  it('is over once the caller gives up: the request is closed', async () => {
    server.style = 'slow'
    const reason = new Error('the client went away')
    const controller = new AbortController()
    const asked = create().strongWinRate(prompt, controller.signal)
    const settled = expect(asked).rejects.toBe(reason)
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort(reason)
    await settled
    await server.requests[0]?.abandoned
  })
})

describe('a batch', () => {
  it('has so many requests under way and no more, and keeps the order', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `question ${index}`)
    let underWay = 0
    let most = 0
    server.intercept = (response, count) => {
      most = Math.max(most, ++underWay)
      const { body } = server.requests[count - 1]!
      // Answered in a later turn, so that requests can meet.
      setImmediate(() => {
        underWay--
        const index = Number(/question (\d+)/.exec(body.messages?.at(-1)?.content ?? '')?.[1])
        const tokens = labelTokens([index, 0, 0, 0, 0])
        const content = tokens.map(({ token, top }) => ({
          token,
          logprob: top[0]?.[1],
          top_logprobs: top.map(([each, logprob]) => ({ token: each, logprob })),
        }))
        answerJson(response, 200, { choices: [{ message: { content: '[[1]]' }, logprobs: { content } }] })
      })
      return true
    }
    const winRates = await create({ concurrency: 3 }).strongWinRates(texts.map(promptFromText))
    expect([...winRates]).toEqual(
      texts.map((_, index) => expect.closeTo(strongWinRateOfLogits([index, 0, 0, 0, 0]), 9)),
    )
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(3)
  })

  it('ends with its first failure, and begins nothing after it', async () => {
    server.intercept = (response, count) => {
      if (count !== 2) return false
      answerJson(response, 401, { error: { message: 'no' } })
      return true
    }
    const prompts = Array.from({ length: 30 }, (_, index) => promptFromText(`${index}`))
    await expect(create({ concurrency: 1 }).strongWinRates(prompts)).rejects.toThrow('it answered 401')
    expect(server.requests).toHaveLength(2)
  })
})

it('refuses what cannot work before the first prompt', () => {
  expect(() => create({ baseUrl: 'localhost:8000' })).toThrow('is not an http or https URL')
  expect(() => create({ mode: 'completion', template: 'chatml' })).toThrow('has no {user} in it')
})
