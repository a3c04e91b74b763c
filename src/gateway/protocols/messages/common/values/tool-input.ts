import { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../../../../base/text/json/nesting.ts'
import { isObject, type JsonObject } from '../../../common/json-fields.ts'
import { parseJson } from './parse-json.ts'

/** Deeper arguments could overflow the stack when the body is written. */
const limits = { maxDepth: 512, maxParts: 1_000_000 }

/**
 * The key under which arguments that are no JSON object are sent.
 * Source: platform.claude.com, Fine-grained tool streaming, Handling invalid JSON in tool responses.
 */
const invalidKey = 'INVALID_JSON'

/** The `input` of a call. @returns null for arguments that are no JSON object. */
export function parseToolInput(args: string): JsonObject | null {
  if (args.trim() === '') return {}
  if (findJsonExcess(Buffer.from(args, 'utf8'), limits) !== null) return null
  const input = parseJson(args)
  return isObject(input) ? input : null
}

/** The object that stands for arguments that are none: `{"INVALID_JSON": "…"}`. */
export function wrapInvalidInput(args: string): JsonObject {
  return { [invalidKey]: args }
}

/** The JSON text of a call's `input`; empty if it has no arguments. */
export function formatToolInput(input: unknown): string {
  if (!isObject(input)) return input === undefined || input === null ? '' : JSON.stringify(input)
  const keys = Object.keys(input)
  if (keys.length === 0) return ''
  const invalid = input[invalidKey]
  if (keys.length === 1 && typeof invalid === 'string') return invalid
  return JSON.stringify(input)
}
