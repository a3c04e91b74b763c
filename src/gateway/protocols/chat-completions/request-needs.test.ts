import { describe, expect, it } from 'vitest'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import { findNeeds } from './request-needs.ts'

const user = (content: unknown) => ({ messages: [{ role: 'user', content }] })
const tool = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: {} } },
}
/** 1.5 MB of data. */
const base64 = 'iVBORw0KGgo='.padEnd(2_000_000, 'A')

describe('findNeeds', () => {
  it('asks for nothing beyond a few tokens for a short question', () => {
    expect(findNeeds(user('What is the capital of France?'))).toEqual({ ...noNeeds, inputTokens: 14 })
  })

  it.each<[string, unknown, string[]]>([
    ['image_url', { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } }, ['image']],
    ['input_image', { type: 'input_image', image_url: `data:image/png;base64,${base64}` }, ['image']],
    ['image', { type: 'image', source: { type: 'base64', data: base64 } }, ['image']],
    ['input_audio', { type: 'input_audio', input_audio: { data: base64, format: 'wav' } }, ['audio']],
    ['file', { type: 'file', file: { file_data: `data:application/pdf;base64,${base64}` } }, ['file']],
    ['input_file', { type: 'input_file', file_id: 'file-1' }, ['file']],
    ['document', { type: 'document', source: { type: 'base64', data: base64 } }, ['file']],
    [
      'tool_result',
      { type: 'tool_result', content: [{ type: 'image', source: { data: base64 } }] },
      ['image'],
    ],
    ['video_url', { type: 'video_url', video_url: { url: base64 } }, []],
  ])('a part of type %s is no text', (_type, part, modalities) => {
    const needs = findNeeds(user([{ type: 'text', text: 'What is this?' }, part]))
    expect(needs.modalities).toEqual(modalities)
    expect(needs.inputTokens).toBeGreaterThan(500)
    expect(needs.inputTokens).toBeLessThan(20_000)
  })

  it('counts an image in low detail less', () => {
    const image = (detail: string) =>
      findNeeds(user([{ type: 'image_url', image_url: { url: 'u', detail } }]))
    expect(image('high').inputTokens - image('low').inputTokens).toBe(900)
  })

  it('counts the text in a file', () => {
    const text = Buffer.from('word '.repeat(10_000)).toString('base64')
    const file = { type: 'file', file: { file_data: `data:text/plain;base64,${text}` } }
    const { inputTokens } = findNeeds(user([file]))
    expect(inputTokens).toBeGreaterThan(10_000)
    expect(inputTokens).toBeLessThan(15_000)
  })

  it('reads images of earlier turns, which are sent too', () => {
    const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] }
    expect(findNeeds({ messages: [image, { role: 'user', content: 'And now?' }] }).modalities).toEqual([
      'image',
    ])
  })

  it.each<[string, object, boolean]>([
    ['tools', { tools: [tool] }, true],
    ['functions', { functions: [tool.function] }, true],
    ['tools that may not be called', { tools: [tool], tool_choice: 'none' }, true],
    ['no tools', { tools: [] }, false],
    [
      'a call in the conversation',
      { messages: [{ role: 'assistant', tool_calls: [{ function: {} }] }] },
      true,
    ],
    ['a result in the conversation', { messages: [{ role: 'tool', content: 'x' }] }, true],
    ['nothing', {}, false],
  ])('%s: whether tools are needed', (_what, fields, expected) => {
    expect(findNeeds({ ...user('x'), ...fields }).tools).toBe(expected)
  })

  it('counts definitions of tools, and calls', () => {
    const many = Array.from({ length: 50 }, () => tool)
    expect(findNeeds({ ...user('x'), tools: many }).inputTokens).toBeGreaterThan(50 * 15)
    const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: 'word '.repeat(1000) } }]
    expect(
      findNeeds({ messages: [{ role: 'assistant', content: null, tool_calls: calls }] }).inputTokens,
    ).toBeGreaterThan(700)
  })

  it.each<[string, unknown, boolean]>([
    ['a schema', { type: 'json_schema', json_schema: { name: 'n', schema: {} } }, true],
    ['JSON mode', { type: 'json_object' }, false],
    ['text', { type: 'text' }, false],
  ])('%s: whether structured output is needed', (_what, response_format, expected) => {
    expect(findNeeds({ ...user('x'), response_format }).structuredOutput).toBe(expected)
  })

  it('reads the limit of the reply, the newer name first', () => {
    expect(findNeeds({ ...user('x'), max_tokens: 5 }).maxOutputTokens).toBe(5)
    expect(findNeeds({ ...user('x'), max_tokens: 5, max_completion_tokens: 7 }).maxOutputTokens).toBe(7)
    expect(findNeeds({ ...user('x'), max_tokens: null }).maxOutputTokens).toBeNull()
    expect(findNeeds({ ...user('x'), max_tokens: 'many' }).maxOutputTokens).toBeNull()
  })

  it('needs audio for a reply that is spoken', () => {
    expect(findNeeds({ ...user('x'), modalities: ['text', 'audio'] }).modalities).toEqual(['audio'])
  })

  it.each([
    [{}],
    [{ messages: 'x' }],
    [user([null, 1, 'x', { type: 'image_url' }, { type: 'file', file: 3 }])],
  ])('never throws: %j', (body) => {
    expect(findNeeds(body).inputTokens).toBeGreaterThan(0)
  })
})
