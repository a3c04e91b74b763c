// Many paced streams at once: are tokens handed on as they come?
// job: { url, path, headers, body, streams, rounds, events, gapMs }; a stream stalls when a gap is over ten times gapMs.
import http from 'node:http'

const job = JSON.parse(process.argv[2])
const agent = new http.Agent({ keepAlive: true, maxSockets: job.streams })
const streams = await Promise.all(
  Array.from({ length: job.streams }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (200 * index) / job.streams))
    const rounds = []
    for (let round = 0; round < job.rounds; round++) rounds.push(await stream())
    return rounds
  }),
)
const all = streams.flat()
const gaps = all.flatMap((one) => one.gapsMs).sort((a, b) => a - b)
const firsts = all.map((one) => one.firstMs).sort((a, b) => a - b)
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
process.send({
  streams: all.length,
  complete: all.filter((one) => one.done && one.events === job.events).length,
  failed: all.filter((one) => one.error !== undefined).length,
  firstFailure: all.find((one) => one.error !== undefined)?.error,
  stalled: all.filter((one) => one.gapsMs.some((gap) => gap > 10 * job.gapMs)).length,
  firstEventMs: { p50: at(firsts, 0.5), p99: at(firsts, 0.99), max: at(firsts, 1) },
  gapMs: { p50: at(gaps, 0.5), p99: at(gaps, 0.99), max: at(gaps, 1) },
})
process.disconnect()
agent.destroy()

function stream() {
  const { hostname, port } = new URL(job.url)
  const headers = { ...job.headers, 'content-length': Buffer.byteLength(job.body) }
  const options = { agent, hostname, port, path: job.path, method: 'POST', headers }
  const one = { firstMs: 0, gapsMs: [], events: 0, done: false, error: undefined }
  const began = performance.now()
  return new Promise((resolve) => {
    const fail = (error) => {
      one.error = String(error)
      resolve(one)
    }
    const request = http.request(options, (response) => {
      if (response.statusCode !== 200) one.error = `status ${response.statusCode}`
      let last = 0
      response.setEncoding('latin1')
      response.on('data', (text) => {
        const now = performance.now()
        const events = text.split('data: {').length - 1
        if (events > 0) {
          if (one.events === 0) one.firstMs = now - began
          else one.gapsMs.push(now - last)
          last = now
          one.events += events
        }
        if (text.includes('[DONE]')) one.done = true
      })
      response.on('end', () => resolve(one))
      response.on('error', fail)
    })
    request.on('error', fail)
    request.end(job.body)
  })
}
