// Waits until the server on a port is ready and asks it one question; with --gone, waits until nobody listens.
import { setTimeout as after } from 'node:timers/promises'

const [port, mode] = process.argv.slice(2)
const url = `http://127.0.0.1:${port}`
const wantsGone = mode === '--gone'
const deadline = Date.now() + (wantsGone ? 15_000 : 300_000)

while ((await statusOf('/ready')) !== (wantsGone ? 0 : 200)) {
  if (Date.now() > deadline) fail(wantsGone ? 'it still answers' : 'it was not ready in five minutes')
  await after(100)
}
if (!wantsGone) {
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'router-mf-0.5', messages: [{ role: 'user', content: 'hello' }] }),
  })
  const body = await reply.json()
  if (reply.status !== 200 || typeof body.choices?.[0]?.message?.content !== 'string')
    fail(`it answered ${reply.status} ${JSON.stringify(body)}`)
  process.stdout.write(`answered by ${reply.headers.get('x-routellm-model')}\n`)
}

async function statusOf(path) {
  return await fetch(url + path).then(
    (response) => response.status,
    () => 0,
  )
}

function fail(what) {
  process.stderr.write(`${what}\n`)
  process.exit(1)
}
