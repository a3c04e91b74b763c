// CPU time of a request with and without the store: of the main thread, and of the whole process.
//   node benchmarks/store/request.mjs [requests] [rounds]      default: 4,000 and 3; needs `npm run build` and Linux
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'

const requests = Number(process.argv[2] ?? 4000)
const rounds = Number(process.argv[3] ?? 3)
const connections = 32
const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'routellm-store-request-'))
const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 }
const answer = JSON.stringify({
  id: 'x',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }],
  usage,
})
const upstream = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.setHeader('content-length', answer.length)
    response.end(answer)
  })
})
await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve))
writeFileSync(
  join(folder, 'routellm.yaml'),
  `version: 1
providers: { up: { kind: openai-compatible, baseUrl: "http://127.0.0.1:${upstream.address().port}/v1" } }
models: { one: { provider: up, upstream: one, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 15 } }
routers: { random: {} }
policy: { kind: pair, strong: one, weak: up/other }
`,
)

/** Microseconds of CPU time, which Linux counts in hundredths of a second. */
function cpuOf(stat) {
  const fields = readFileSync(stat, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

async function measure(args) {
  const child = spawn(
    process.execPath,
    [cli, 'serve', '--config', join(folder, 'routellm.yaml'), '--port', '0', '--json', ...args],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const [line] = await new Promise((resolve) => child.stdout.once('data', (data) => resolve([String(data)])))
  const pool = new Pool(JSON.parse(line).url, { connections })
  const times = []
  const send = async (count) => {
    let left = count
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (left-- > 0) {
          const began = performance.now()
          const { body } = await pool.request({
            path: '/v1/chat/completions',
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{"model":"one","messages":[{"role":"user","content":"Hi"}]}',
          })
          await body.dump()
          times.push(performance.now() - began)
        }
      }),
    )
  }
  await send(requests)
  await wait(1500)
  times.length = 0
  const main = `/proc/${child.pid}/task/${child.pid}/stat`
  const all = `/proc/${child.pid}/stat`
  const before = [cpuOf(main), cpuOf(all)]
  await send(requests)
  await wait(1500)
  const after = [cpuOf(main), cpuOf(all)]
  const threads = readdirSync(`/proc/${child.pid}/task`).length
  child.kill('SIGINT')
  await new Promise((resolve) => child.once('exit', resolve))
  await pool.close()
  const sorted = times.toSorted((a, b) => a - b)
  return {
    mainMicroseconds: Math.round((after[0] - before[0]) / requests),
    processMicroseconds: Math.round((after[1] - before[1]) / requests),
    medianMs: Number(sorted[Math.floor(sorted.length / 2)].toFixed(2)),
    p99Ms: Number(sorted[Math.floor(sorted.length * 0.99)].toFixed(2)),
    threads,
  }
}

try {
  for (let round = 0; round < rounds; round++)
    for (const args of [['--no-store'], []])
      console.log(JSON.stringify({ store: args.length === 0, ...(await measure(args)) }))
} finally {
  upstream.closeAllConnections()
  upstream.close()
  rmSync(folder, { recursive: true, force: true })
}
