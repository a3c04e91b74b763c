import { asArray, type ConversationItem, isObject } from './conversation-item.ts'

/** Signs that the model does not get on, counted over what it did for the user's last turn. */
export type FailureSignals = {
  /** Results of tools that are errors: marked as such, a non-zero exit code, or a text that begins as an error. */
  readonly toolErrors: number
  /** Calls equal to the call just before them, in name and input. */
  readonly repeatedCalls: number
  /** Calls that gave the same result as the last time they were made. */
  readonly noProgress: number
  /** Turns of the user that say that the answer is wrong: 0 or 1. */
  readonly complaints: number
}

export const noSignals: FailureSignals = { toolErrors: 0, repeatedCalls: 0, noProgress: 0, complaints: 0 }

/** Agents meet some errors on their way (a search without a match, a test that fails first), so one is no signal. */
const leastToolErrors = 3
const leastRepeats = 2

/** Whether the counts are a reason to switch: 3 tool errors, 2 repeated calls or results, or a complaint. */
export function isFailing(signals: FailureSignals): boolean {
  return signals.complaints > 0 || toolsFail(signals)
}

/** The part of `isFailing` that tools show. */
export function toolsFail({ toolErrors, repeatedCalls, noProgress }: FailureSignals): boolean {
  return toolErrors >= leastToolErrors || repeatedCalls >= leastRepeats || noProgress >= leastRepeats
}

export function addSignals(one: FailureSignals, other: FailureSignals): FailureSignals {
  return {
    toolErrors: one.toolErrors + other.toolErrors,
    repeatedCalls: one.repeatedCalls + other.repeatedCalls,
    noProgress: one.noProgress + other.noProgress,
    complaints: one.complaints + other.complaints,
  }
}

/**
 * Counts the signals of tools in items in their order. Results belong to calls by id, or to the last call without one.
 * Of each input and output a fixed number of characters is read.
 */
export function countToolSignals(items: readonly ConversationItem[]): FailureSignals {
  let [toolErrors, repeatedCalls, noProgress] = [0, 0, 0]
  let lastCall = ''
  const callOfId = new Map<string, string>()
  const outputOfCall = new Map<string, string>()
  for (const item of items) {
    if (item.kind === 'tool-call') {
      const call = `${item.name} ${toDigest(item.input)}`
      if (call === lastCall) repeatedCalls++
      lastCall = call
      callOfId.set(item.id, call)
    } else if (item.kind === 'tool-result') {
      if (item.isMarkedFailed || isErrorOutput(item.output)) toolErrors++
      const call = callOfId.get(item.id) ?? lastCall
      if (call === '') continue
      const output = toDigest(item.output)
      if (outputOfCall.get(call) === output) noProgress++
      outputOfCall.set(call, output)
    }
  }
  return { toolErrors, repeatedCalls, noProgress, complaints: 0 }
}

const headLength = 300
const errorOpening =
  /^\s*(?:<tool_use_error>|(?:\w{0,30}error|exception)\b|traceback \(most recent|fatal:|command failed|permission denied|no such file)/i
const exitCode = /exit(?:ed with)?[ _]code"?:? ?(-?\d)/i

function isErrorOutput(output: unknown): boolean {
  const head = headOf(output)
  return errorOpening.test(head) || /[1-9-]/.test(exitCode.exec(head)?.[1] ?? '')
}

/** The first characters of a result: a string, the first text of its parts, or the output of an object. */
function headOf(output: unknown): string {
  if (typeof output === 'string') return output.slice(0, headLength)
  if (isObject(output)) return headOf(output.output ?? output.text ?? output.content ?? '')
  const first = asArray(output).find((part) => isObject(part) && typeof part.text === 'string')
  return isObject(first) ? headOf(first.text) : ''
}

const longestDigest = 1024

/** A text that differs for different values, unless they differ only far inside of long ones. */
function toDigest(value: unknown): string {
  const pieces: string[] = []
  let left = longestDigest
  const visit = (part: unknown, depth: number) => {
    if (left <= 0 || depth > 8) return
    if (typeof part === 'string') {
      const head = part.slice(0, left)
      pieces.push(`${part.length}:`, head, part.slice(Math.max(head.length, part.length - 64)))
      left -= head.length + 8
    } else if (typeof part === 'object' && part !== null) {
      for (const key in part) {
        if (left <= 0) break
        pieces.push(key)
        left -= key.length + 1
        visit(Reflect.get(part, key), depth + 1)
      }
    } else {
      pieces.push(String(part))
      left -= 8
    }
  }
  visit(value, 0)
  return pieces.join('\u0000')
}
