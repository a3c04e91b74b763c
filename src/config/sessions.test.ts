import { expect, it } from 'vitest'
import { defaultSessionOptions } from '../routing/sessions/sessions.ts'
import { parseConfig } from './parse-config.ts'

function sessionsOf(text: string) {
  return parseConfig(`version: 1\n${text}`, 'routellm.yaml').sessions
}

it.each([
  ['', defaultSessionOptions],
  ['sessions: {}', defaultSessionOptions],
  ['sessions: off', null],
  ['sessions: "off"', null],
  ['sessions: false', null],
  [
    'sessions: { idleMinutes: 30, maxSessions: 5 }',
    { ...defaultSessionOptions, idleMinutes: 30, maxSessions: 5 },
  ],
])('reads %j', (text, expected) => {
  expect(sessionsOf(text)).toEqual(expected)
})

it.each([
  ['sessions: { idleMinuts: 3 }', /sessions\.idleMinuts: unknown key.*idleMinutes/],
  ['sessions: { maxSessions: 0 }', /sessions\.maxSessions: 0 is too small: at least 1/],
  ['sessions: on', /sessions: "on" does not fit: expected "off" or false or a mapping/],
  ['sessions: true', /sessions: true does not fit/],
])('says what is wrong with %j', (text, message) => {
  expect(() => sessionsOf(text)).toThrow(message)
})
