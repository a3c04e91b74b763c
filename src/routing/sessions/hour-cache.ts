import { asArray, isObject } from './conversation/conversation-item.ts'

/** Clients mark the last messages, so that everything before them is cached. */
const lastMessages = 4

/** Whether a request of the Messages API asks for a cache that lives for an hour (`cache_control: {"ttl": "1h"}`). */
export function asksForHourCache(body: unknown, messages: unknown): boolean {
  if (!isObject(body)) return false
  return (
    isForHour(body) ||
    asArray(body.system).slice(0, 16).some(isForHour) ||
    asArray(messages)
      .slice(-lastMessages)
      .some((message) => isObject(message) && asArray(message.content).slice(-16).some(isForHour))
  )
}

function isForHour(part: unknown): boolean {
  return isObject(part) && isObject(part.cache_control) && part.cache_control.ttl === '1h'
}
