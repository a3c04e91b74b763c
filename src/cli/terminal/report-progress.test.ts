import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { createProgressReporter } from './report-progress.ts'

function channelOf() {
  const sent: unknown[] = []
  const events = new EventEmitter()
  const channel = {
    connected: true,
    channel: null,
    send: (message: unknown) => sent.push(message) > 0,
    once: (name: string, listener: () => void) => events.once(name, listener),
  }
  return { channel: channel as unknown as NodeJS.Process, sent, events }
}

const progress = (stage: string, done: number, total: number | null = 10) => ({ stage, done, total })

it('reports the beginning of a stage, its end, and ten times a second what is between', () => {
  const { channel, sent } = channelOf()
  let time = 0
  const report = createProgressReporter(
    channel,
    () => {},
    () => time,
  )!
  report(progress('fitting', 0))
  report(progress('fitting', 1))
  time = 100
  report(progress('fitting', 2))
  report(progress('fitting', 10))
  report(progress('scoring', 0, null))
  expect(sent).toEqual(
    [
      progress('fitting', 0),
      progress('fitting', 2),
      progress('fitting', 10),
      progress('scoring', 0, null),
    ].map((each) => ({ progress: each })),
  )
})

it('hears the end of the process that listens, once something was reported', () => {
  const { channel, sent, events } = channelOf()
  let ends = 0
  const report = createProgressReporter(channel, () => ends++)!
  events.emit('disconnect')
  expect(ends).toBe(0)
  report(progress('fitting', 0))
  events.emit('disconnect')
  expect(ends).toBe(1)
  Object.assign(channel, { connected: false })
  report(progress('fitting', 10))
  expect(sent).toHaveLength(1)
})

it('is absent without a channel', () => {
  const { channel } = channelOf()
  Object.assign(channel, { send: undefined })
  expect(createProgressReporter(channel, () => {})).toBeUndefined()
})
