import type { CommonUsage } from './common-reply.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Readers of JSON from outside: each gives the value if it is of the kind asked for, and never throws. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectOf(value: unknown): JsonObject | null {
  return isObject(value) ? value : null
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

export function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : nothing
}

/** A number of tokens; 0 if none is stated. */
export function countOf(value: unknown): number {
  return Math.max(0, numberOf(value) ?? 0)
}

const nothing: readonly unknown[] = []

export const noUsage: CommonUsage = {
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
}
