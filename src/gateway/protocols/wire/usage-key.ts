import type { Buffer } from 'node:buffer'

const letterG = 0x67

/** The member that carries the token usage, in all protocols. */
export const usageKey = '"usage"'

/**
 * The index of `"usage"` at or after `start`, or −1. Most events have none, and a search for one rare byte costs a
 * tenth of a search for a word.
 */
export function indexOfUsage(data: Buffer, start: number): number {
  for (let g = data.indexOf(letterG, start); g !== -1; g = data.indexOf(letterG, g + 1)) {
    const from = g - 4
    if (data[g + 1] !== 0x65 || data[g + 2] !== 0x22 || from < start) continue
    if (data.toString('latin1', from, from + usageKey.length) === usageKey) return from
  }
  return -1
}

/** Whether an event reports a usage. A stream that reports it at the end has `"usage": null` in every event. */
export function mayHaveUsage(data: Buffer): boolean {
  const at = indexOfUsage(data, 0)
  return at !== -1 && !isNullValue(data, at + usageKey.length)
}

function isNullValue(data: Buffer, from: number): boolean {
  let at = from
  while (data[at] === 0x20 || data[at] === 0x3a) at++
  return data[at] === 0x6e && indexOfUsage(data, at) === -1
}
