import { describe, expect, it } from 'vitest'
import type { CommonReply } from '../../../common/common-reply.ts'
import { readRequest } from '../request/read-request.ts'
import { writeReply } from './write-reply.ts'

const body = {
  model: 'auto',
  input: 'hi',
  instructions: 'Be brief.',
  max_output_tokens: 50,
  tools: [{ type: 'custom', name: 'apply_patch' }],
}
const context = { body, request: readRequest(body).request, created: 1_750_000_000, id: 'rllm-1' }
const reply: CommonReply = {
  id: 'resp_abc',
  model: 'small-1',
  parts: [
    { kind: 'text', text: 'Hi.' },
    { kind: 'tool-call', id: 'call_1', name: 'apply_patch', arguments: '*** Begin Patch' },
  ],
  stop: { reason: 'tool-calls', text: null },
  usage: { input: 9, cacheRead: 4, cacheWrite: 1, cacheWrite1h: 2, output: 3, reasoning: 1 },
}

describe('writeReply', () => {
  it('writes a response with the fields of its request, ids of its own and the usage', () => {
    expect(writeReply(reply, context)).toEqual({
      id: 'resp_abc',
      object: 'response',
      created_at: 1_750_000_000,
      status: 'completed',
      incomplete_details: null,
      error: null,
      model: 'small-1',
      output: [
        {
          id: 'msg_abc_0',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hi.', annotations: [], logprobs: [] }],
        },
        {
          id: 'ctc_abc_1',
          type: 'custom_tool_call',
          status: 'completed',
          call_id: 'call_1',
          name: 'apply_patch',
          // The model wrote the text itself instead of arguments with it.
          input: '*** Begin Patch',
        },
      ],
      background: false,
      instructions: 'Be brief.',
      max_output_tokens: 50,
      max_tool_calls: null,
      metadata: {},
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: 'default',
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: body.tools,
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      usage: {
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 1 },
        total_tokens: 12,
      },
      user: null,
    })
  })

  it('makes ids of any reply id, and of the gateway where the upstream gives none', () => {
    expect(writeReply({ ...reply, id: 'chatcmpl-ä/1' }, context)).toMatchObject({
      id: 'resp_chatcmpl-1',
      output: [{ id: 'msg_chatcmpl-1_0' }, { id: 'ctc_chatcmpl-1_1' }],
    })
    expect(writeReply({ ...reply, id: '' }, context).id).toBe('resp_rllm-1')
    const long = writeReply({ ...reply, id: `resp_${'x'.repeat(200)}` }, context).output as { id: string }[]
    expect(Math.max(...long.map(({ id }) => id.length))).toBeLessThanOrEqual(64)
  })
})
