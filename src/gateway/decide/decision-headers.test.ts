import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Decision } from './decision.ts'
import { appendDecisionHeaders } from './decision-headers.ts'

const modelOf = (name: string) => ({ name, provider: 'p', upstream: 'u' })

function headers(decision: Decision): Record<string, string | undefined> {
  const flat: string[] = []
  appendDecisionHeaders(flat, decision)
  return Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]]] : [])))
}

it('leaves out what does not apply', () => {
  expect(headers({ kind: 'fixed-model', model: modelOf('m') })).toEqual({ 'x-routellm-model': 'm' })
  const choice = {
    model: modelOf('m'),
    candidates: [],
    scores: null,
    check: null,
    side: null,
    task: null,
  } as const
  const nothing = { policy: null, router: null, threshold: null, strongWinRate: null }
  expect(headers({ kind: 'routed', ...choice, ...nothing })).toEqual({ 'x-routellm-model': 'm' })
  expect(
    headers({ kind: 'routed', ...choice, policy: 'p', router: 'r', threshold: 0.5, strongWinRate: 0 }),
  ).toEqual({
    'x-routellm-model': 'm',
    'x-routellm-policy': 'p',
    'x-routellm-router': 'r',
    'x-routellm-threshold': '0.5',
    'x-routellm-strong-win-rate': '0',
  })
  expect(
    headers({
      ...{ kind: 'routed', ...choice, ...nothing },
      ...{ threshold: 0.75, pace: 2, ownThreshold: 0.5 },
    }),
  ).toEqual({
    'x-routellm-model': 'm',
    'x-routellm-threshold': '0.75',
    'x-routellm-own-threshold': '0.5',
  })
  expect(
    headers({
      kind: 'fallback',
      ...choice,
      fallback: 'router-timeout',
      policy: null,
      router: 'r',
      threshold: 0.5,
      problem: 'it took longer than 500 ms',
    }),
  ).toEqual({
    'x-routellm-model': 'm',
    'x-routellm-router': 'r',
    'x-routellm-threshold': '0.5',
    'x-routellm-fallback': 'router-timeout',
  })
})

it('sends visible ASCII as it is', () => {
  for (const name of ['gpt-5', 'local/llama3.1:8b', 'my model']) {
    expect(headers({ kind: 'fixed-model', model: modelOf(name) })['x-routellm-model']).toBe(name)
  }
})

it('property: any name fits into a header, and decodeURIComponent reads it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      const value = headers({ kind: 'fixed-model', model: modelOf(name) })['x-routellm-model'] ?? ''
      expect(new Headers({ value }).get('value')).toBe(value)
      expect(decodeURIComponent(value)).toBe(Buffer.from(name).toString())
    }),
    { seed: 5 },
  )
})
