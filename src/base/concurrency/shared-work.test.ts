import { expect, it } from 'vitest'
import { shareWork } from './shared-work.ts'

function begin() {
  let resolve: (result: string) => void = () => undefined
  let reject: (reason: Error) => void = () => undefined
  const promise = new Promise<string>((...settle) => {
    ;[resolve, reject] = settle
  })
  let [signal, overs] = [AbortSignal.abort(), 0]
  const shared = shareWork(
    (given) => {
      signal = given
      return promise
    },
    () => overs++,
  )
  return { shared, resolve, reject, isAborted: () => signal.aborted, overs: () => overs }
}
const never = new AbortController().signal

it('tells all who wait, and is over once', async () => {
  const { shared, resolve, isAborted, overs } = begin()
  const joined = [shared.join(never), shared.join(never)]
  resolve('done')
  expect(await Promise.all(joined)).toEqual(['done', 'done'])
  expect([isAborted(), overs()]).toEqual([false, 1])
})

it('goes on while one waits, and is over before it is aborted when the last has left', async () => {
  const { shared, reject, isAborted, overs } = begin()
  const [one, other] = [new AbortController(), new AbortController()]
  const joined = [one, other].map(({ signal }) => shared.join(signal).catch((reason: unknown) => reason))
  one.abort('first')
  expect([isAborted(), overs()]).toEqual([false, 0])
  other.abort('second')
  expect([isAborted(), overs()]).toEqual([true, 1])
  reject(new Error('aborted'))
  expect(await Promise.all(joined)).toEqual(['first', 'second'])
  await shared.ended
  expect(overs()).toBe(1)
})

it('rejects as the work does, and one who has left already does not join', async () => {
  const { shared, reject } = begin()
  const joined = shared.join(never)
  await expect(shared.join(AbortSignal.abort('gone'))).rejects.toBe('gone')
  reject(new Error('broken'))
  await expect(joined).rejects.toThrow('broken')
  await shared.ended
})
