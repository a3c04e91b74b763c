// A closed loop of keep-alive connections on raw sockets: each sends its next request when the last reply is
// complete. Cheaper per request than any gateway, so that one core drives it and the upstream.
// job: { url, path, headers, body, connections, seconds?, requests?, unique? }
// `unique` replaces the text @@@@@@@@ in the body by a number that counts up, so that no cache helps.
import net from 'node:net'

const job = JSON.parse(process.argv[2])
const { hostname, port } = new URL(job.url)
const [before, after] = job.unique
  ? job.body.split('@@@@@@@@')
  : [job.body.replace('@@@@@@@@', '00000000'), undefined]
const length = Buffer.byteLength(job.body)
const headerLines = Object.entries({ host: `${hostname}:${port}`, ...job.headers, 'content-length': length })
const head = `POST ${job.path} HTTP/1.1\r\n${headerLines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
const fixed = Buffer.from(head + before)

const lastChunk = Buffer.from('0\r\n\r\n')
const latencies = []
const result = { requests: 0, failed: 0, firstFailure: undefined }
const began = performance.now()
const until = job.seconds === undefined ? Number.POSITIVE_INFINITY : began + job.seconds * 1000
const most = job.requests ?? Number.POSITIVE_INFINITY
let sent = 0
let open = job.connections

for (let index = 0; index < job.connections; index++) connect()

function connect() {
  const socket = net.connect(Number(port), hostname)
  socket.setNoDelay(true)
  let sentAt = 0
  let expected = -1
  let received = 0
  let isOk = false
  let isStream = false
  let tail = Buffer.alloc(0)
  const send = () => {
    if (performance.now() >= until || sent >= most) return socket.end()
    sent++
    received = 0
    expected = -1
    sentAt = performance.now()
    socket.write(
      after === undefined ? fixed : Buffer.from(`${head}${before}${String(sent).padStart(8, '0')}${after}`),
    )
  }
  const finish = (complete) => {
    result.requests++
    latencies.push(performance.now() - sentAt)
    if (!complete) result.failed++
    send()
  }
  socket.on('connect', send)
  socket.on('data', (chunk) => {
    if (received === 0) {
      const text = chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      isOk = text.startsWith('HTTP/1.1 200')
      if (!isOk) result.firstFailure ??= text.slice(0, 600)
      isStream = /transfer-encoding: chunked/i.test(text.slice(0, end))
      if (!isStream) expected = end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])
    }
    received += chunk.length
    tail = chunk.length >= lastChunk.length ? chunk : Buffer.concat([tail, chunk])
    if (isStream ? tail.subarray(-lastChunk.length).equals(lastChunk) : received >= expected) finish(isOk)
  })
  socket.on('error', (error) => {
    result.failed++
    result.firstFailure ??= String(error)
  })
  socket.on('close', () => {
    open--
    if (open === 0) report()
  })
}

function report() {
  latencies.sort((a, b) => a - b)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  const seconds = (performance.now() - began) / 1000
  process.send({ ...result, seconds, latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) } })
  process.disconnect()
}
