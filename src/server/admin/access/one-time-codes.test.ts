import { expect, it } from 'vitest'
import { createAdminSessions } from './admin-sessions.ts'
import { createOneTimeCodes } from './one-time-codes.ts'

function setUp() {
  const clock = { now: 0 }
  let count = 0
  const options = { now: () => clock.now, createSecret: () => `secret-${++count}` }
  return { clock, codes: createOneTimeCodes(options), sessions: createAdminSessions(options) }
}

it('a code is good once', () => {
  const { codes } = setUp()
  const code = codes.create()
  expect(codes.redeem('secret-0')).toBe(false)
  expect(codes.redeem(code)).toBe(true)
  expect(codes.redeem(code)).toBe(false)
})

it('a code is good for ten minutes', () => {
  const { codes, clock } = setUp()
  const [early, late] = [codes.create(), codes.create()]
  clock.now = 599_999
  expect(codes.redeem(early)).toBe(true)
  clock.now = 600_000
  expect(codes.redeem(late)).toBe(false)
})

it('the newest 16 codes are kept', () => {
  const { codes } = setUp()
  const made = Array.from({ length: 17 }, () => codes.create())
  expect(made.map((code) => codes.redeem(code))).toEqual([false, ...Array<boolean>(16).fill(true)])
})

it('a session lasts twelve hours, or until it is closed', () => {
  const { sessions, clock } = setUp()
  const [first, second] = [sessions.open(), sessions.open()]
  expect(sessions.has('secret-0')).toBe(false)
  sessions.close(second)
  expect([sessions.has(first), sessions.has(second)]).toEqual([true, false])
  clock.now = 12 * 3_600_000
  expect(sessions.has(first)).toBe(false)
})

it('the newest 100 sessions are kept', () => {
  const { sessions } = setUp()
  const made = Array.from({ length: 101 }, () => sessions.open())
  expect(made.filter((cookie) => !sessions.has(cookie))).toEqual([made[0]])
})
