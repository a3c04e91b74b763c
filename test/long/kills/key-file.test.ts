import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createRandom } from '../../../src/base/math/random.ts'
import { createClientKeyFinder } from '../../../src/config/client-key.ts'
import { readKeyFile } from '../../../src/config/key-file/read-key-file.ts'
import type { CreateKeyAnswer, KeysAnswer } from '../../../src/server/admin/api/keys/routes.ts'
import { realisticConfig } from '../../support/page/served-page.ts'
import { builtCli } from '../../support/run-program.ts'

const kills = 30
const token = 'token-of-the-kill-tests'

it(`the key file is whole and has every key that was given out, after ${kills} kills while keys are made`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'key-file-kill-'))
  const file = join(folder, 'routellm.keys.yaml')
  await writeFile(join(folder, 'routellm.yaml'), realisticConfig)
  const random = createRandom(5)
  const made: string[] = []
  /** Kills that came while a key was being made. */
  let interrupted = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      const { child, url } = await serve(folder)
      const exited = once(child, 'exit')
      const making = makeUntilKilled(url, kill, made)
      await making.first
      await wait(random.next() * 60)
      child.kill('SIGKILL')
      await exited
      if (await making.wasInterrupted) interrupted++

      const { keys } = await readKeyFile(file)
      const find = createClientKeyFinder(keys.map(({ hmac }) => hmac))
      for (const key of made) expect(find(key)).toBeGreaterThanOrEqual(0)
      // A key whose answer was cut off may be there or not.
      expect(keys.length).toBeLessThanOrEqual(made.length + interrupted)
    }
    expect(interrupted).toBeGreaterThan(kills / 2)
    // Each change sweeps up after the killed ones before it; only what the last kill left may still be there.
    const left = (await readdir(folder)).filter((name) => name.startsWith('.routellm.keys'))
    expect(left.length).toBeLessThanOrEqual(2)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

async function serve(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [builtCli, 'serve', '--port', '0', '--json', '--no-store'], {
    cwd: folder,
    env: { ...process.env, ROUTELLM_ADMIN_TOKEN: token },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, url: (JSON.parse(line) as { url: string }).url }
}

/** Makes one key after the other and adds those that the server has answered with to `made`. */
function makeUntilKilled(url: string, kill: number, made: string[]) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  let isFirst = (): void => {}
  const first = new Promise<void>((resolve) => {
    isFirst = resolve
  })
  async function make(name: string): Promise<'made' | 'refused' | 'before' | 'during'> {
    let isAsked = false
    try {
      const list = await fetch(`${url}/admin/api/keys`, { headers })
      const { revision } = (await list.json()) as KeysAnswer
      isAsked = true
      const body = JSON.stringify({ name, revision, settings: {} })
      const answer = await fetch(`${url}/admin/api/keys`, { method: 'POST', headers, body })
      if (answer.status !== 200) return 'refused'
      made.push(((await answer.json()) as CreateKeyAnswer).key)
      return 'made'
    } catch {
      return isAsked ? 'during' : 'before'
    }
  }
  const wasInterrupted = (async () => {
    for (let index = 0; ; index++) {
      const outcome = await make(`key-${kill}-${index}`)
      if (outcome === 'before' || outcome === 'during') return outcome === 'during'
      if (outcome === 'made') isFirst()
    }
  })()
  return { first, wasInterrupted }
}
