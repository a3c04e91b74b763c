// The floor: what a pass-through costs that parses the body, rewrites the model's name and copies bytes,
// on the same Fastify and undici as the server, and does nothing else.
import Fastify from 'fastify'
import { Pool } from 'undici'
import { reportListening } from '../support/child.mjs'

const pool = new Pool(process.env.UPSTREAM, { connections: 512, pipelining: 1 })
const app = Fastify({ logger: false, bodyLimit: 32 << 20 })

app.post('/v1/*', (request, reply) => {
  reply.hijack()
  const response = reply.raw
  request.body.model = 'bench'
  let abort
  response.on('close', () => {
    if (!response.writableFinished) abort?.(new Error('client gone'))
  })
  const options = {
    path: request.url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
  }
  pool.dispatch(options, {
    onConnect(abortRequest) {
      abort = abortRequest
    },
    onHeaders(status, raw, resume) {
      const headers = []
      for (let index = 0; index < raw.length; index += 2) {
        const name = raw[index].toString().toLowerCase()
        if (name === 'content-type' || name === 'content-length')
          headers.push(name, raw[index + 1].toString())
      }
      response.writeHead(status, headers)
      response.on('drain', resume)
      return true
    },
    onData: (chunk) => response.write(chunk),
    onComplete: () => response.end(),
    onError() {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    },
  })
})

await app.listen({ port: 0, host: '127.0.0.1' })
reportListening(app.server.address().port)
