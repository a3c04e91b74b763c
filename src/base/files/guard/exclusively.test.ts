import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { exclusively } from './exclusively.ts'

const built = new URL('../../../../dist/base/files/guard/exclusively.js', import.meta.url)

/** Takes the guard, says so, and appends its word to the file when its input ends. */
const holder = `
  import { appendFileSync } from 'node:fs'
  import { exclusively } from '${built}'
  const [file, leftAfterMs] = process.argv.slice(1)
  await exclusively(file, async (check) => {
    process.stdout.write('held')
    for await (const _ of process.stdin);
    await check()
    appendFileSync(file, 'held ')
  }, { leftAfterMs: Number(leftAfterMs) }).catch(({ code }) => { process.exitCode = code === 'lock-busy' ? 3 : 1 })
`

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exclusively-'))
  file = join(folder, 'kept.yaml')
  await writeFile(file, '')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function hold(leftAfterMs: number) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, file, `${leftAfterMs}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  return { child, exited }
}

async function append(word: string, leftAfterMs: number, patienceMs: number): Promise<void> {
  const options = { leftAfterMs, patienceMs }
  await exclusively(file, async () => writeFile(file, `${await readFile(file, 'utf8')}${word} `), options)
}

it('what a killed process has left holds nobody up, whatever process has its id', async () => {
  const { child, exited } = await hold(300)
  child.kill('SIGKILL')
  await exited
  const [guard] = (await readdir(folder)).filter((name) => name !== 'kept.yaml')
  // As in a container, where the next process has the id of the killed one.
  const text = await readFile(join(folder, guard!), 'utf8')
  await writeFile(join(folder, guard!), text.replace(`${child.pid}`, `${process.pid}`))
  await Promise.all(Array.from({ length: 8 }, (_, index) => append(`${index}`, 300, 60_000)))
  expect((await readFile(file, 'utf8')).trim().split(' ').toSorted()).toEqual([...'01234567'])
  expect(await readdir(folder)).toEqual(['kept.yaml'])
})

it('holds nobody up if who removes what was left is killed too, on a machine whose clock is ahead', async () => {
  const guard = join(folder, '.kept.yaml.changing')
  const token = '6f1c2f4e-8a0e-4a55-9b7b-0c9d1a2b3c4d'
  const ahead = new Date(Date.now() + 3_600_000)
  await writeFile(guard, `elsewhere 1 ${token}`)
  await writeFile(`${guard}.${token}.removing`, '')
  for (const left of [guard, `${guard}.${token}.removing`]) await utimes(left, ahead, ahead)
  await append('mine', 300, 10_000)
  expect(await readFile(file, 'utf8')).toBe('mine ')
  expect(await readdir(folder)).toEqual(['kept.yaml'])
})

it('one that works for long keeps the file to itself', async () => {
  const { child, exited } = await hold(1_500)
  await expect(append('mine', 1_500, 2_000)).rejects.toMatchObject({ code: 'lock-busy', status: 409 })
  child.stdin.end()
  expect(await exited).toEqual([0, null])
  await append('mine', 1_500, 60_000)
  expect(await readFile(file, 'utf8')).toBe('held mine ')
})

it.skipIf(process.platform === 'win32')(
  'one that stood still writes nothing over the change of another',
  async () => {
    const { child, exited } = await hold(300)
    child.kill('SIGSTOP')
    await append('mine', 300, 60_000)
    child.kill('SIGCONT')
    child.stdin.end()
    expect(await exited).toEqual([3, null])
    expect(await readFile(file, 'utf8')).toBe('mine ')
    expect(await readdir(folder)).toEqual(['kept.yaml'])
  },
)
