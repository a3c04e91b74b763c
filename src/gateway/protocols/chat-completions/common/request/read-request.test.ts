import { describe, expect, it } from 'vitest'
import { readRequest } from './read-request.ts'

const user = { role: 'user', content: 'hi' }

/** The losses of a request with these fields, as `field kind`. */
function lossesOf(fields: object): string[] {
  return readRequest({ model: 'm', messages: [user], ...fields }).losses.map(
    ({ field, kind }) => `${field} ${kind}`,
  )
}

function turnsOf(...messages: object[]) {
  return readRequest({ model: 'm', messages }).request.turns
}

describe('readRequest', () => {
  // OpenAI, API reference, Create chat completion, example "Functions"; guide Function calling.
  it('reads a tool loop', () => {
    const { request, losses } = readRequest({
      model: 'gpt-5',
      messages: [
        { role: 'developer', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'What is the weather like in Paris and Bogotá?' },
        {
          role: 'assistant',
          content: null,
          refusal: null,
          annotations: [],
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'get_weather', arguments: '{ "location":"Paris, France"}' },
            },
            {
              id: 'call_2',
              type: 'function',
              function: { name: 'get_weather', arguments: '{"location":"Bogotá"}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '14' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: '18' }] },
        { role: 'user', content: 'And tomorrow?' },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Get current temperature.',
            parameters: { type: 'object', properties: { location: { type: 'string' } } },
            strict: true,
          },
        },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      max_completion_tokens: 300,
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(losses).toEqual([])
    expect(request.system).toEqual([{ kind: 'text', text: 'You are a helpful assistant.' }])
    expect(request.turns).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'What is the weather like in Paris and Bogotá?' }] },
      {
        role: 'assistant',
        parts: [
          {
            kind: 'tool-call',
            id: 'call_1',
            name: 'get_weather',
            arguments: '{ "location":"Paris, France"}',
          },
          { kind: 'tool-call', id: 'call_2', name: 'get_weather', arguments: '{"location":"Bogotá"}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'tool-result', id: 'call_1', parts: [{ kind: 'text', text: '14' }], isError: false },
          { kind: 'tool-result', id: 'call_2', parts: [{ kind: 'text', text: '18' }], isError: false },
          { kind: 'text', text: 'And tomorrow?' },
        ],
      },
    ])
    expect(request.tools[0]).toMatchObject({ name: 'get_weather', strict: true })
    expect(request).toMatchObject({
      toolChoice: { kind: 'auto' },
      parallelToolCalls: true,
      maxOutputTokens: 300,
      stream: true,
      streamUsage: true,
    })
  })

  // OpenAI, API reference, content parts of user messages.
  it('reads images, audio and files', () => {
    const content = [
      { type: 'text', text: 'Look:', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } },
      { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg/%3E' } },
      { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
      { type: 'file', file: { file_id: 'file-1' } },
    ]
    expect(turnsOf({ role: 'user', content })).toEqual([
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Look:', cache: { ttl: '1h' } },
          { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBO' } },
          { kind: 'image', source: { kind: 'url', url: 'data:image/svg+xml,%3Csvg/%3E' } },
          { kind: 'audio', data: 'UklG', format: 'wav' },
          {
            kind: 'file',
            source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' },
            name: 'a.pdf',
          },
          { kind: 'file', source: { kind: 'id', id: 'file-1' } },
        ],
      },
    ])
  })

  it('reads the deprecated functions: ids are made, and one call at a time', () => {
    const { request } = readRequest({
      model: 'm',
      messages: [
        user,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: '7' },
      ],
      functions: [{ name: 'f' }],
      function_call: { name: 'f' },
    })
    expect(request.turns.slice(1)).toEqual([
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' }] },
      {
        role: 'user',
        parts: [{ kind: 'tool-result', id: 'call_1', parts: [{ kind: 'text', text: '7' }], isError: false }],
      },
    ])
    expect(request).toMatchObject({ parallelToolCalls: false, toolChoice: { kind: 'tool', name: 'f' } })
    expect(request.tools).toEqual([
      { name: 'f', description: null, parameters: { type: 'object', properties: {} }, strict: null },
    ])
  })

  it('leaves out tools that are not allowed', () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function', function: { name } }))
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'b' } }] }
    const { request } = readRequest({
      model: 'm',
      messages: [user],
      tools,
      tool_choice: { type: 'allowed_tools', allowed_tools: allowed },
    })
    expect(request.tools.map(({ name }) => name)).toEqual(['b'])
    expect(request.toolChoice).toEqual({ kind: 'required' })
  })

  // DeepSeek, API reference, thinking mode; Gemini API, thought signatures.
  it('reads reasoning text and thought signatures', () => {
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'f', arguments: '{}' },
      extra_content: { google: { thought_signature: 'SIG' } },
    }
    const message = { role: 'assistant', content: '', reasoning_content: 'So', tool_calls: [call] }
    expect(turnsOf(user, message)[1]?.parts).toEqual([
      { kind: 'reasoning', text: 'So', state: null },
      {
        kind: 'tool-call',
        id: 'c',
        name: 'f',
        arguments: '{}',
        state: { form: 'chat.thought-signature', value: 'SIG' },
      },
    ])
  })

  // OpenRouter, Reasoning Tokens, "reasoning_details array structure". A client may keep the pieces of a stream.
  it('reads the state that reasoning details carry', () => {
    const reasoning_details = [
      { type: 'reasoning.text', text: 'H', signature: null, id: null, index: 0 },
      { type: 'reasoning.text', text: 'm', index: 0 },
      { type: 'reasoning.text', text: '', signature: 'sha', index: 0 },
      { type: 'reasoning.text', text: 'So', index: 0 },
      { type: 'reasoning.encrypted', data: 'eyJ', format: 'anthropic-claude-v1', index: 2 },
    ]
    const message = { role: 'assistant', content: 'ok', reasoning_content: 'Hm\n\nSo', reasoning_details }
    expect(turnsOf(user, message)[1]?.parts).toEqual([
      { kind: 'reasoning', text: 'Hm', state: { form: 'chat.thought-signature', value: 'sha' } },
      { kind: 'reasoning', text: 'So', state: null },
      { kind: 'reasoning', text: '', state: { form: 'chat.thought-signature', value: 'eyJ' } },
      { kind: 'text', text: 'ok' },
    ])
  })

  it.each([
    [{ reasoning_effort: 'xhigh' }, { effort: 'xhigh' }],
    [{ reasoning: { max_tokens: 2000 } }, { budgetTokens: 2000 }],
    [{ reasoning: { effort: 'low', exclude: true } }, { effort: 'low', isShown: false }],
    [{ thinking: { type: 'disabled' } }, { mode: 'disabled' }],
    [{ reasoning: { exclude: true } }, { isShown: false }],
  ])('reads how much to think: %j', (fields, expected) => {
    const { request } = readRequest({ model: 'm', messages: [user], ...fields })
    const nothing = { effort: null, budgetTokens: null, mode: null, isShown: null, wantsState: false }
    expect(request.reasoning).toEqual({ ...nothing, ...expected })
  })

  it.each([
    [{ n: 2 }, ['n refused']],
    [{ n: 1, logprobs: false, store: false, logit_bias: {}, frequency_penalty: 0, metadata: null }, []],
    [{ logprobs: true }, ['logprobs refused']],
    [{ seed: 7, verbosity: 'low' }, ['seed dropped', 'verbosity dropped']],
    [{ repetition_penalty: 1.1 }, ['repetition_penalty dropped']],
    [{ stream_options: { include_obfuscation: true } }, ['stream_options.include_obfuscation dropped']],
    [{ temperature: 'hot' }, ['temperature refused']],
    [{ reasoning_effort: 'huge' }, ['reasoning_effort refused']],
    [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, ['tools[0] refused']],
    [{ tool_choice: { type: 'custom', custom: { name: 'x' } } }, ['tool_choice refused']],
    [{ response_format: { type: 'xml' } }, ['response_format refused']],
    [{ stop: 5 }, ['stop refused']],
    [{ messages: [{ ...user, name: 'Ann' }] }, ['messages[0].name dropped']],
    [{ messages: [user, { role: 'system', content: 'x' }] }, ['messages[1] dropped']],
    [{ messages: [user, { role: 'assistant', audio: { id: 'a' } }] }, ['messages[1].audio refused']],
    [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, ['messages[0].content[0] refused']],
    [{ messages: [{ role: 'wizard', content: 'x' }] }, ['messages[0] refused']],
    [{ messages: [{ role: 'tool', content: 'x' }] }, ['messages[0].tool_call_id refused']],
  ])('says what is lost: %j', (fields, losses) => {
    expect(lossesOf(fields)).toEqual(losses)
  })
})
