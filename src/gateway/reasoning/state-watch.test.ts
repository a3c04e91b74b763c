import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReasoningPlaces } from '../protocols/wire/reasoning-places.ts'
import { createStateWatch } from './state-watch.ts'

const members = createReasoningPlaces(['signature', 'encrypted_content'], () => null)

function statesOf(text: string, sizes: readonly number[] = []): string[] {
  const states: string[] = []
  const push = createStateWatch(members, (state) => states.push(state))
  const bytes = Buffer.from(text)
  let at = 0
  for (const size of sizes) {
    const own = Buffer.from(bytes.subarray(at, at + size))
    at += own.length
    push(own)
    own.fill(0x2a) // whoever kept a view of the upstream's memory sees this
  }
  push(bytes.subarray(at))
  return states
}

describe('createStateWatch', () => {
  it.each([
    ['{"type":"signature_delta","signature":"EqQB=="}', ['EqQB==']],
    ['{ "signature" : "a/b" , "x": {"encrypted_content": "c"} }', ['a/b', 'c']],
    ['{"signature":"a\\/b"}', ['a/b']],
    ['{"signature":""}', []],
    ['{"signature":null,"signature":"b"}', ['b']],
    ['{"text":"\\"signature\\":\\"no\\""}', []],
    ['{"signature":["a"]}', []],
    ['{"signature":"é→"}', ['é→']],
  ])('%s has %j', (text, states) => {
    expect(statesOf(text)).toEqual(states)
  })

  it('property: finds the same however the bytes are cut', () => {
    const text =
      'data: {"signature": "EqQB"}\n\ndata: {"text":"x \\"signature\\":\\"no\\"","encrypted_content":"g\\\\A\\/="}\n\n'
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (sizes) => {
        expect(statesOf(text, sizes)).toEqual(['EqQB', 'g\\A/='])
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})
