import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { createNodeServer } from './node-server.ts'

it.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', /^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*"code":"bad_http"/],
  ['HPE_HEADER_OVERFLOW', /^HTTP\/1\.1 431 /],
  ['HPE_ANYTHING_ELSE', /^HTTP\/1\.1 400 /],
  ['ECONNRESET', /^$/],
])('answers a connection on which %s happens', async (code, expected) => {
  const server = createNodeServer(() => {}, {
    keepAliveTimeoutMs: 1000,
    onUpgrade() {},
    nextRequestId: () => 'id-1',
  })
  server.on('connection', (socket) =>
    server.emit('clientError', Object.assign(new Error('it failed'), { code }), socket),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.on('error', () => {})
  let text = ''
  client.on('data', (data) => {
    text += data
  })
  await once(client, 'close')
  expect(text).toMatch(expected)
  server.close()
})
