import { describe, expect, it } from 'vitest'
import { hopHeader, routerHopHeaders } from '../../../providers/hop-header.ts'
import { createHops } from './hops.ts'

const hops = createHops('me')

describe('createHops', () => {
  it('names this gateway after those before it', () => {
    expect(hops(undefined, true)).toEqual({ [hopHeader]: 'me' })
    expect(hops(undefined, true)).toBe(hops(undefined, false))
    expect(hops('a, b', true)).toEqual({ [hopHeader]: 'a,b,me' })
    expect(hops('a, , <script>, b', true)).toEqual({ [hopHeader]: 'a,b,me' })
  })

  it.each([
    ['this gateway', 'a,me,b', false],
    ['eight gateways', 'a,b,c,d,e,f,g,h', false],
    ['a hundred thousand', 'a,'.repeat(100_000), false],
    ['a router, for a name that a router would answer', routerHopHeaders[hopHeader], true],
    ['a router through another gateway', `${routerHopHeaders[hopHeader]},a`, true],
  ])('refuses what has passed %s', (_what, received, isRouted) => {
    expect(() => hops(received, isRouted)).toThrow(
      expect.objectContaining({ code: 'routing-loop', status: 508 }),
    )
  })

  it("lets a router ask for a model's own name", () => {
    expect(hops(routerHopHeaders[hopHeader], false)).toEqual({ [hopHeader]: 'router,me' })
  })
})
