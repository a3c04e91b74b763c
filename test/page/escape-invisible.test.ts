import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cutText, escapeInvisible } from '../../web/ui/escape-invisible.ts'

it.each([
  ['a soft hyphen', 'pass\u00adword', 'passU+00ADword'],
  ['a NUL and an escape', 'a\u0000\u001b[2J', 'aU+0000U+001B[2J'],
  ['a change of direction', '\u202egpj.exe\u2066', 'U+202Egpj.exeU+2066'],
  ['text in tag characters', 'hi\u{e0001}\u{e0048}\u{e0049}\u{e007f}', 'hiU+E0001U+E0048U+E0049U+E007F'],
  ['data in variation selectors', 'ok\ufe00\u{e0100}', 'okU+FE00U+E0100'],
  ['more than one selector after an emoji', '☎\ufe0f\ufe0f', '☎\ufe0fU+FE0F'],
  ['separators and joiners', 'a\u180eb\u2060c\u2064d\u206fe', 'aU+180EbU+2060cU+2064dU+206Fe'],
  ['fillers that look like a space', 'a\u3164b\u115fc\uffa0d', 'aU+3164bU+115FcU+FFA0d'],
  ['annotations', '\ufff9a\ufffab\ufffb', 'U+FFF9aU+FFFAbU+FFFB'],
  ['half a pair', 'a\ud83d b\udc00', 'aU+D83D bU+DC00'],
  ['line separators', 'a\u2028b\u2029', 'aU+2028bU+2029'],
])('shows %s by codes', (_, text, shown) => {
  expect(escapeInvisible(text)).toBe(shown)
})

it('leaves lines, tabs, accents, scripts and emoji as they are', () => {
  const text = 'a\tb\nc e\u0301 请 اشرح 👩‍👩‍👧‍👦 👩🏽‍💻 ❤\ufe0f 🇫🇷 \u00a0'
  expect(escapeInvisible(text)).toBe(text)
})

it('cuts no pair in halves', () => {
  expect(cutText('a😀b', 2)).toBe('a')
  expect(cutText('a😀b', 3)).toBe('a😀')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, most) => {
      expect(cutText(text, most)).not.toMatch(/\p{Cs}/u)
      expect(text.startsWith(cutText(text, most))).toBe(true)
    }),
  )
})
