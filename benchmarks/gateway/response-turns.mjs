// Turns of the Responses API, each after the last one on its connection.
// job: { url, model, prompt, kind: 'http' | 'socket', connections, turns }
import http from 'node:http'
import WebSocket from 'ws'

const job = JSON.parse(process.argv[2])
const agent = new http.Agent({ keepAlive: true, maxSockets: job.connections })
const latencies = []
let left = job.turns
const body = JSON.stringify({ model: job.model, stream: true, input: job.prompt })
const frame = JSON.stringify({ type: 'response.create', model: job.model, input: job.prompt })
const turnsOf = { http: overHttp, socket: overSocket }
await Promise.all(Array.from({ length: job.connections }, turnsOf[job.kind]))
latencies.sort((a, b) => a - b)
process.send({ turns: latencies.length, p50Ms: latencies[latencies.length >> 1] })
process.disconnect()
agent.destroy()

async function overHttp() {
  while (left-- > 0) {
    const began = performance.now()
    await new Promise((resolve, reject) => {
      const request = http.request(`${job.url}/v1/responses`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      })
      request.on('response', (response) => {
        let end = ''
        response.on('data', (chunk) => {
          end = (end + chunk.toString('latin1')).slice(-400)
        })
        response.on('end', () =>
          response.statusCode === 200 && end.includes('response.completed')
            ? resolve()
            : reject(new Error(`${response.statusCode} ${end}`)),
        )
      })
      request.on('error', reject)
      request.end(body)
    })
    latencies.push(performance.now() - began)
  }
}

async function overSocket() {
  const socket = new WebSocket(`${job.url.replace('http', 'ws')}/v1/responses`)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let finish
  let fail
  socket.on('message', (data) => {
    const text = String(data)
    if (text.includes('"response.completed"')) finish()
    else if (text.includes('"type":"error"')) fail(new Error(text))
  })
  while (left-- > 0) {
    const began = performance.now()
    await new Promise((resolve, reject) => {
      finish = resolve
      fail = reject
      socket.send(frame)
    })
    latencies.push(performance.now() - began)
  }
  socket.close()
}
