import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPackedState, packState, unpackState } from './carried-state.ts'

describe('packState', () => {
  it('leaves the state of the own form as it is, and names any other', () => {
    expect(packState({ form: 'responses.encrypted', value: 'gAAA' }, 'responses.encrypted')).toBe('gAAA')
    const packed = packState({ form: 'messages.signature', value: 'EqQB:=' }, 'responses.encrypted')
    expect(packed).toBe('routellm:messages.signature:::EqQB:=')
    expect(isPackedState(packed)).toBe(true)
  })

  it('is undone by unpackState, for every state and whatever the value looks like', () => {
    const text = fc.oneof(fc.string(), fc.constant('routellm:a:b:c:d'))
    const id = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(text, fc.constantFrom('own', 'other'), id, fc.string(), (value, form, id, callId) => {
        const unpacked = unpackState(packState({ form, value, id }, 'own', callId), 'own')
        // The own form has an item with a field for its id.
        const ownAsItIs = form === 'own' && callId === '' && !value.startsWith('routellm:')
        expect(unpacked).toEqual({ state: { form, value, ...(!ownAsItIs && { id }) }, callId })
      }),
      { seed: 14, numRuns: 300 },
    )
  })

  it('takes text that only looks packed as a value', () => {
    expect(unpackState('routellm:', 'own').state).toEqual({ form: 'own', value: 'routellm:' })
    expect(unpackState('routellm:%zz::: v', 'own').state).toEqual({ form: '%zz', value: ' v' })
  })
})
