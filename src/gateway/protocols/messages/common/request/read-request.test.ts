import { describe, expect, it } from 'vitest'
import { messagesForm } from '../../common-form.ts'

const read = (body: object) =>
  messagesForm.readRequest({ model: 'm', max_tokens: 1024, messages: [], ...body })
const readUser = (...content: object[]) => {
  const { request, losses } = read({ messages: [{ role: 'user', content }] })
  return { parts: request.turns[0]?.parts, losses }
}

describe('a request as a coding agent sends it', () => {
  // The fields that Claude Code sends; values from platform.claude.com/docs/en/api/messages/create.
  const { request, losses } = read({
    max_tokens: 32_000,
    stream: true,
    system: [
      { type: 'text', text: 'You are a coding agent.', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '<system-reminder>x</system-reminder>' },
          { type: 'text', text: 'Fix it' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Let me look.', signature: 'EqQB' },
          { type: 'redacted_thinking', data: 'EmwK' },
          { type: 'text', text: 'Looking.' },
          {
            type: 'tool_use',
            id: 'toolu_1',
            name: 'Read',
            input: { path: 'a.ts' },
            caller: { type: 'direct' },
          },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            is_error: true,
            content: 'No such file',
            cache_control: { type: 'ephemeral' },
          },
        ],
      },
    ],
    tools: [
      {
        name: 'Read',
        description: 'Reads a file',
        input_schema: { type: 'object', properties: { path: { type: 'string' } } },
        eager_input_streaming: true,
      },
    ],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'xhigh' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    metadata: { user_id: 'user_1' },
    service_tier: 'auto',
  })

  it('is held', () => {
    expect(request).toEqual({
      system: [
        { kind: 'text', text: 'You are a coding agent.', cache: { ttl: '1h' } },
        { kind: 'text', text: 'Be short.', cache: { ttl: '5m' } },
      ],
      turns: [
        {
          role: 'user',
          parts: [
            { kind: 'text', text: '<system-reminder>x</system-reminder>' },
            { kind: 'text', text: 'Fix it' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'Let me look.', state: { form: 'messages.signature', value: 'EqQB' } },
            { kind: 'reasoning', text: '', state: { form: 'messages.redacted', value: 'EmwK' } },
            { kind: 'text', text: 'Looking.' },
            { kind: 'tool-call', id: 'toolu_1', name: 'Read', arguments: '{"path":"a.ts"}' },
          ],
        },
        {
          role: 'user',
          parts: [
            {
              kind: 'tool-result',
              id: 'toolu_1',
              parts: [{ kind: 'text', text: 'No such file' }],
              isError: true,
              cache: { ttl: '5m' },
            },
          ],
        },
      ],
      tools: [
        {
          name: 'Read',
          description: 'Reads a file',
          parameters: { type: 'object', properties: { path: { type: 'string' } } },
          strict: null,
        },
      ],
      toolChoice: { kind: 'auto' },
      parallelToolCalls: false,
      maxOutputTokens: 32_000,
      temperature: null,
      topP: null,
      topK: null,
      stop: [],
      reasoning: { effort: 'xhigh', budgetTokens: null, mode: 'adaptive', isShown: true, wantsState: true },
      output: null,
      user: 'user_1',
      stream: true,
      streamUsage: true,
    })
  })

  it('loses nothing that changes the answer', () => {
    expect(losses.map(({ field, kind }) => `${kind} ${field}`).sort()).toEqual([
      'dropped context_management',
      'dropped tools[0].eager_input_streaming',
    ])
  })
})

describe('content', () => {
  it('holds images and documents of each source', () => {
    const { parts, losses } = readUser(
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      { type: 'image', source: { type: 'file', file_id: 'file_1' } },
      {
        type: 'document',
        title: 'a',
        source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' },
      },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Plain' } },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'Chunk' }] } },
      {
        type: 'search_result',
        source: 'https://example.com',
        title: 'Found',
        content: [
          { type: 'text', text: 'One' },
          { type: 'text', text: 'Two' },
        ],
      },
    )
    expect(parts).toEqual([
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { kind: 'image', source: { kind: 'id', id: 'file_1' } },
      { kind: 'file', name: 'a', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' } },
      { kind: 'file', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
      { kind: 'file', source: { kind: 'text', text: 'Plain' } },
      { kind: 'file', source: { kind: 'text', text: 'Chunk' } },
      { kind: 'file', name: 'Found', source: { kind: 'text', text: 'One\nTwo' } },
    ])
    expect(losses).toMatchObject([{ field: 'messages[0].content[7].source', kind: 'dropped' }])
  })

  it('refuses citations, blocks of tools of Anthropic, and kinds that are not known', () => {
    const { losses } = readUser(
      { type: 'document', source: { type: 'text', data: 'x' }, citations: { enabled: true }, context: 'c' },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
      { type: 'hologram' },
      { type: 'text', text: 'x', citations: [{ type: 'char_location' }] },
    )
    expect(losses.map(({ field, kind }) => `${kind} ${field}`)).toEqual([
      'refused messages[0].content[0].citations',
      'dropped messages[0].content[0].context',
      'refused messages[0].content[1]',
      'refused messages[0].content[2]',
      'dropped messages[0].content[3].citations',
    ])
  })

  it('reports a loss that repeats once', () => {
    const many = Array.from({ length: 500 }, () => ({ type: 'hologram' }))
    expect(readUser(...many).losses).toHaveLength(1)
  })

  it('gives the cache mark of the request to its last part that can have one', () => {
    const { request } = read({
      cache_control: { type: 'ephemeral', ttl: '1h' },
      messages: [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'b' },
            { type: 'thinking', thinking: '', signature: 'E' },
          ],
        },
      ],
    })
    expect(request.turns.map(({ parts }) => parts[0])).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'b', cache: { ttl: '1h' } },
    ])
  })

  it('moves instructions within the conversation to the system prompt, and says so', () => {
    const { request, losses } = read({
      system: 'a',
      messages: [
        { role: 'user', content: 'x' },
        { role: 'system', content: 'b' },
      ],
    })
    expect(request.system.map(({ text }) => text)).toEqual(['a', 'b'])
    expect(losses).toMatchObject([{ field: 'messages[1].role', kind: 'dropped' }])
  })
})

describe('tools', () => {
  it.each(['web_search_20250305', 'bash_20250124', 'computer_toolset_20260801'])('refuses %s', (type) => {
    const { request, losses } = read({ tools: [{ type, name: 'x' }] })
    expect(request.tools).toEqual([])
    expect(losses).toMatchObject([{ field: 'tools[0]', kind: 'refused' }])
  })

  it('refuses a tool that only code calls', () => {
    const tool = { name: 'x', input_schema: {}, type: 'custom' }
    const losses = (callers: string[]) => read({ tools: [{ ...tool, allowed_callers: callers }] }).losses
    expect(losses(['code_execution_20250825'])).toMatchObject([{ kind: 'refused' }])
    expect(losses(['direct'])).toEqual([])
  })

  it.each([
    [{ type: 'any' }, { kind: 'required' }, null],
    [{ type: 'none' }, { kind: 'none' }, null],
    [{ type: 'tool', name: 'x', disable_parallel_tool_use: false }, { kind: 'tool', name: 'x' }, true],
    [{ type: 'some' }, null, null],
  ])('reads the choice %j', (choice, toolChoice, parallelToolCalls) => {
    expect(read({ tool_choice: choice }).request).toMatchObject({ toolChoice, parallelToolCalls })
  })
})

describe('thinking and output', () => {
  it.each([
    [
      { thinking: { type: 'enabled', budget_tokens: 2048 } },
      { mode: 'enabled', budgetTokens: 2048, effort: null },
    ],
    [{ thinking: { type: 'between_tools' } }, { mode: 'disabled', wantsState: false }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { mode: 'adaptive', isShown: false }],
    [{ output_config: { effort: 'max' } }, { mode: null, effort: 'max' }],
  ])('%j', (body, reasoning) => {
    expect(read(body)).toMatchObject({ request: { reasoning }, losses: [] })
  })

  it('refuses what it does not know of them, since less would be sent', () => {
    const body = { thinking: { type: 'dream' }, output_config: { effort: 'ultra', format: { type: 'xml' } } }
    expect(read(body).losses.map(({ field, kind }) => `${kind} ${field}`)).toEqual([
      'refused output_config.effort',
      'refused thinking.type',
      'refused output_config.format',
    ])
  })

  it('reads the format of the output under both of its names', () => {
    const format = { type: 'json_schema', schema: { type: 'object' } }
    const output = {
      kind: 'schema',
      name: 'output',
      description: null,
      schema: { type: 'object' },
      strict: true,
    }
    expect(read({ output_config: { format } }).request.output).toEqual(output)
    expect(read({ output_format: format }).request.output).toEqual(output)
  })
})

describe('fields that only Messages has', () => {
  it.each([
    ['container', 'container_1', 'refused'],
    ['mcp_servers', [{ url: 'https://example.com' }], 'refused'],
    ['inference_geo', 'us', 'refused'],
    ['service_tier', 'standard_only', 'dropped'],
    ['betas', ['context-1m-2025-08-07'], 'dropped'],
    ['new_field', 1, 'dropped'],
  ])('%s', (field, value, kind) => {
    expect(read({ [field]: value }).losses).toMatchObject([{ field, kind }])
  })

  it('lose nothing if they ask for nothing', () => {
    expect(
      read({ mcp_servers: [], container: null, service_tier: 'auto', speed: 'standard' }).losses,
    ).toEqual([])
  })
})
