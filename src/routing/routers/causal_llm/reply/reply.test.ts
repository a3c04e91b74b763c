import { describe, expect, it } from 'vitest'
import { labelProbabilities } from './label-probabilities.ts'
import { parseAnswers } from './reply.ts'

const ln = Math.log

/** Replies in the shapes that servers give, each to `[[` 4 `]]` with P(4) = .5, P(3) = .25, P(2) = .125, and so on. */
const places: readonly [string, number][] = [
  ['4', 0.5],
  ['3', 0.25],
  ['2', 0.125],
  ['5', 0.0625],
  ['1', 0.0625],
]
const chatRows = (extra: (token: string) => object = () => ({})) =>
  [
    { token: '[[', logprob: -0.01, top: [['[[', ln(0.99)] as const] },
    { token: '4', logprob: ln(0.5), top: places.map(([token, p]) => [token, ln(p)] as const) },
    { token: ']]', logprob: 0, top: [[']]', 0] as const] },
  ].map(({ token, logprob, top }) => ({
    token,
    logprob,
    ...extra(token),
    top_logprobs: top.map(([alternative, lp]) => ({
      token: alternative,
      logprob: lp,
      ...extra(alternative),
    })),
  }))
const bytes = (token: string) => ({ bytes: [...Buffer.from(token)] })
const chat = (choice: object, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_730_000_000,
  model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', ...choice }],
  ...more,
})
const said = { message: { role: 'assistant', content: '[[4]]' } }

const shapes: readonly [string, object][] = [
  [
    'OpenAI chat completions',
    chat(
      {
        message: { role: 'assistant', content: '[[4]]', refusal: null, annotations: [] },
        logprobs: { content: chatRows(bytes), refusal: null },
      },
      {
        usage: {
          prompt_tokens: 9,
          completion_tokens: 3,
          completion_tokens_details: { reasoning_tokens: 0 },
        },
      },
    ),
  ],
  [
    'vLLM and SGLang chat completions',
    chat({
      message: { role: 'assistant', reasoning_content: null, content: '[[4]]', tool_calls: [] },
      logprobs: { content: chatRows(bytes) },
      stop_reason: null,
    }),
  ],
  [
    'legacy completions (OpenAI, vLLM, SGLang)',
    {
      id: 'cmpl-1',
      object: 'text_completion',
      choices: [
        {
          index: 0,
          text: '[[4]]',
          logprobs: {
            text_offset: [0, 2, 3],
            tokens: ['[[', '4', ']]'],
            token_logprobs: [-0.01, ln(0.5), 0],
            top_logprobs: [
              { '[[': -0.01 },
              Object.fromEntries(places.map(([token, p]) => [token, ln(p)])),
              null,
            ],
          },
        },
      ],
    },
  ],
  [
    'llama.cpp chat and completions',
    chat(
      {
        ...said,
        logprobs: { content: chatRows((token) => ({ id: token.length, ...bytes(token) })) },
      },
      { timings: { prompt_n: 30 }, system_fingerprint: 'b6500-x' },
    ),
  ],
  [
    "llama.cpp's own /completion",
    {
      index: 0,
      content: '[[4]]',
      tokens: [],
      stop: true,
      completion_probabilities: chatRows((token) => ({ id: token.length, ...bytes(token) })),
    },
  ],
  [
    "llama.cpp's own, post_sampling_probs",
    {
      content: '[[4]]',
      completion_probabilities: [
        { id: 1, token: '[[', bytes: [91, 91], prob: 0.99, top_probs: [{ token: '[[', prob: 0.99 }] },
        {
          id: 2,
          token: '4',
          bytes: [52],
          prob: 0.5,
          top_probs: places.map(([token, prob]) => ({ id: 2, token, prob })),
        },
        { id: 3, token: ']]', bytes: [93, 93], prob: 1, top_probs: [{ token: ']]', prob: 1 }] },
      ],
    },
  ],
  [
    'llama.cpp before December 2024',
    {
      content: '[[4]]',
      completion_probabilities: [
        { content: '[[', probs: [{ tok_str: '[[', prob: 0.99 }] },
        { content: '4', probs: places.map(([token, prob]) => ({ tok_str: token, prob })) },
        { content: ']]', probs: [{ tok_str: ']]', prob: 1 }] },
      ],
    },
  ],
  ["Ollama's chat completions and completions", chat({ text: '[[4]]', logprobs: { content: chatRows() } })],
  [
    "Ollama's own /api/chat",
    { model: 'm', message: { role: 'assistant', content: '[[4]]' }, done: true, logprobs: chatRows(bytes) },
  ],
  ['a proxy that puts a list into the choice', chat({ ...said, logprobs: chatRows(bytes) })],
]

describe('parseAnswers', () => {
  it.each(shapes)('%s', (_name, reply) => {
    const [answer, ...others] = parseAnswers(reply) ?? []
    expect(others).toEqual([])
    expect(answer?.tokens.map(({ text }) => text)).toEqual(['[[', '4', ']]'])
    expect(answer).toMatchObject({ text: '[[4]]', thought: false })
    const probabilities = labelProbabilities(answer!)
    for (const [index, expected] of [0.0625, 0.125, 0.25, 0.5, 0.0625].entries())
      expect(probabilities?.[index]).toBeCloseTo(expected, 12)
  })

  it.each<[string, unknown]>([
    ['a page', '<html></html>'],
    ['nothing', null],
    ['an error with status 200', { error: { message: 'model not found' } }],
    ['no choices', { choices: [] }],
    ['choices without an answer', { choices: [{ index: 0 }] }],
    ['a list', []],
    ['a choice that is none', { choices: ['[[4]]'] }],
  ])('refuses %s', (_name, reply) => expect(parseAnswers(reply)).toBeUndefined())

  it('takes several answers, and those without probabilities', () => {
    const reply = {
      choices: ['[[1]]', '[[5]]', ''].map((content) => ({ message: { content }, logprobs: null })),
    }
    expect(parseAnswers(reply)?.map(({ text, tokens }) => ({ text, tokens }))).toEqual([
      { text: '[[1]]', tokens: [] },
      { text: '[[5]]', tokens: [] },
      { text: '', tokens: [] },
    ])
  })

  it('takes broken probabilities for none', () => {
    const reply = chat({ ...said, logprobs: { content: [{ token: 4, logprob: 'high' }] } })
    expect(parseAnswers(reply)?.[0]?.tokens).toEqual([])
  })

  it('reads pieces that a server left undecoded, and tokens that are bytes alone', () => {
    const reply = chat({
      ...said,
      logprobs: {
        content: [
          { token: 'Ġ4', logprob: -0.1, top_logprobs: [{ token: '▁3', logprob: -3 }] },
          { token: '', bytes: [93], logprob: null, top_logprobs: [{ token: 'x', logprob: null }] },
        ],
      },
    })
    expect(parseAnswers(reply)?.[0]?.tokens).toEqual([
      {
        text: ' 4',
        alternatives: [
          { text: ' 4', logprob: -0.1 },
          { text: ' 3', logprob: -3 },
        ],
      },
      { text: ']', alternatives: [] },
    ])
  })
})

describe('an answer after thinking', () => {
  const rows = (...tokens: string[]) => ({
    content: tokens.map((token) => ({
      token,
      logprob: -0.5,
      top_logprobs: [
        { token, logprob: -0.5 },
        { token: token === '4' ? '2' : 'x', logprob: -1 },
      ],
    })),
  })

  it('is what follows </think>, in the text and in the tokens', () => {
    const tokens = ['<think>', 'Maybe ', '[[', '1', ']]', '</think>', '\n\n', '[[', '4', ']]']
    const reply = chat({ message: { content: tokens.join('') }, logprobs: rows(...tokens) })
    const answer = parseAnswers(reply)?.[0]
    expect(answer).toMatchObject({ text: '\n\n[[4]]', thought: true })
    expect(labelProbabilities(answer!)?.[3]).toBeGreaterThan(labelProbabilities(answer!)?.[0] ?? 1)
  })

  it('is known by its end where the chat template began it', () => {
    const reply = chat({ message: { content: 'Hm, [[1]]</think>[[4]]' }, logprobs: null })
    expect(parseAnswers(reply)?.[0]).toMatchObject({ text: '[[4]]', thought: true })
  })

  it('is found in the tokens where the server parts thinking from answer', () => {
    const tokens = ['So ', '[[', '1', ']]', '. ', '[[', '4', ']]']
    const message = { content: '[[4]]', reasoning_content: 'So [[1]]. ' }
    const answer = parseAnswers(chat({ message, logprobs: rows(...tokens) }))?.[0]
    expect(answer).toMatchObject({ thought: true, answerStart: 'So [[1]]. '.length })
    expect(labelProbabilities(answer!)?.[3]).toBeGreaterThan(0.5)
  })

  it.each<[string, object, object]>([
    ['in the text', { content: '<think>\nThe user asks for [[1]]' }, {}],
    ['apart from it', { content: '', reasoning: 'The user asks for [[1]]' }, {}],
    ['unseen', { content: '' }, { usage: { completion_tokens_details: { reasoning_tokens: 6 } } }],
  ])('is not there while the thinking goes on %s', (_where, message, more) => {
    const answer = parseAnswers(
      chat({ message, logprobs: rows('The user asks for ', '[[', '1', ']]') }, more),
    )?.[0]
    expect(answer).toMatchObject({ text: '', thought: true })
    expect(labelProbabilities(answer!)).toBeUndefined()
  })
})
