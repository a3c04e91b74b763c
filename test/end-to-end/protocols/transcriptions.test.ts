import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

function form(model: string): FormData {
  const data = new FormData()
  data.set('file', new Blob([new Uint8Array([0, 255, 13, 10, 45, 45, 0xff, 0xfe])]), 'a.wav')
  data.set('model', model)
  data.set('response_format', 'srt')
  return data
}

it('a form goes to the model that it names, with its bytes and its boundary', async () => {
  gateway.upstream.answer(({ response }) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('1\n00:00 --> 00:01\nHello\n'),
  )
  const reply = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form('weak') })
  expect(await reply.text()).toBe('1\n00:00 --> 00:01\nHello\n')
  const { path, headers, body } = gateway.upstream.seen.at(-1)!
  expect(path).toBe('/v1/audio/transcriptions')
  const seen = await new Response(new Uint8Array(body), {
    headers: { 'content-type': String(headers['content-type']) },
  }).formData()
  expect(seen.get('model')).toBe('small-model')
  expect(seen.get('response_format')).toBe('srt')
  const file = seen.get('file') as File
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(
    new Uint8Array([0, 255, 13, 10, 45, 45, 0xff, 0xfe]),
  )
})

it.each([
  ['auto', 400, 'router_not_supported'],
  ['', 400, 'bad_model'],
  ['none', 404, 'model_not_found'],
])('the model %j is %i %s', async (model, status, code) => {
  const reply = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form(model) })
  expect([reply.status, await reply.json()]).toMatchObject([status, { error: { code } }])
})
