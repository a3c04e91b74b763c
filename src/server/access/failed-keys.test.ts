import { describe, expect, it } from 'vitest'
import { addressGroup, createFailedKeys } from './failed-keys.ts'

function setUp() {
  const scheduled: { action: () => void; afterMs: number }[] = []
  const warnings: Record<string, unknown>[] = []
  const clock = { now: 0 }
  const failedKeys = createFailedKeys({
    warn: (fields) => warnings.push({ ...fields }),
    now: () => clock.now,
    schedule: (action, afterMs) => scheduled.push({ action, afterMs }),
  })
  const fail = (address: string, answer: (isCrowded: boolean) => void = () => {}) =>
    failedKeys.onUnknownKey(address, answer)
  return { fail, scheduled, warnings, clock }
}

describe('createFailedKeys', () => {
  it('delays each answer to an address longer than the one before, up to a limit', () => {
    const { fail, scheduled } = setUp()
    for (let time = 0; time < 8; time++) fail('10.0.0.1')
    fail('10.0.0.2')
    expect(scheduled.map(({ afterMs }) => afterMs)).toEqual([100, 200, 400, 800, 1600, 3000, 3000, 3000, 100])
  })

  it('answers when the delay is over, and not before', () => {
    const { fail, scheduled } = setUp()
    const answers: boolean[] = []
    fail('10.0.0.1', (isCrowded) => answers.push(isCrowded))
    expect(answers).toEqual([])
    scheduled[0]?.action()
    expect(answers).toEqual([false])
  })

  it('forgets the failures of an address after ten minutes', () => {
    const { fail, scheduled, clock } = setUp()
    fail('10.0.0.1')
    fail('10.0.0.1')
    clock.now = 600_000
    fail('10.0.0.1')
    expect(scheduled.map(({ afterMs }) => afterMs)).toEqual([100, 200, 100])
  })

  it('keeps a bounded number of waiting answers; further ones come at once, on a connection that closes', () => {
    const { fail, scheduled } = setUp()
    const crowded: boolean[] = []
    for (let time = 0; time < 5_000; time++) fail(`10.0.0.${time % 7}`, (is) => crowded.push(is))
    expect(scheduled).toHaveLength(1_024)
    expect(crowded).toHaveLength(5_000 - 1_024)
    expect(new Set(crowded)).toEqual(new Set([true]))
    scheduled[0]?.action()
    fail('10.0.0.1')
    expect(scheduled).toHaveLength(1_025)
  })

  it('keeps a bounded number of addresses: those that failed last', () => {
    const { fail, scheduled } = setUp()
    const fails = (address: string) => {
      fail(address)
      const last = scheduled.at(-1)
      last?.action()
      return last?.afterMs
    }
    for (let index = 0; index < 2_000; index++) fails(`10.0.${index >> 8}.${index & 255}`)
    expect(fails('10.0.7.200')).toBe(200)
    expect(fails('10.0.0.0')).toBe(100)
  })

  it('logs ten lines a minute, then the number that were not logged', () => {
    const { fail, warnings, clock } = setUp()
    for (let time = 0; time < 25; time++) fail('10.0.0.1')
    expect(warnings).toHaveLength(10)
    expect(warnings[9]).toEqual({ address: '10.0.0.1', failures: 10 })
    clock.now = 60_000
    fail('10.0.0.1')
    expect(warnings[10]).toEqual({ address: '10.0.0.1', failures: 26, unlogged: 15 })
  })
})

it.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
])('%s is of the group %s', (address, group) => {
  expect(addressGroup(address)).toBe(group)
})
