import { createColors } from 'picocolors'
import { expect, it } from 'vitest'
import { escapeMarkup, toDisplayText, toTerminalText } from './display.ts'

it('shows text on one line, without control characters, cut with an ellipsis', () => {
  expect(toDisplayText(' a\n\tb\u001b[31m c\u202ed ')).toBe('a b [31m c d')
  expect(toDisplayText('x'.repeat(41))).toBe(`${'x'.repeat(39)}…`)
  expect(toDisplayText('x'.repeat(40))).toBe('x'.repeat(40))
  // Characters outside the basic plane are not cut in half.
  expect(toDisplayText('😀'.repeat(10), 5)).toBe('😀😀😀😀…')
})

it.each([
  ['a title', '\u001b]0;gotcha\u0007', '\\u001b]0;gotcha\\u0007'],
  ['a cursor movement', 'a\u001b[2Ab', 'a\\u001b[2Ab'],
  ['hidden text', '\u001b[8mhidden', '\\u001b[8mhidden'],
  ['an 8-bit sequence', '\u009b2J', '\\u009b2J'],
  ['a carriage return', 'ok\rno', 'ok\\u000dno'],
  ['a change of direction', 'a\u202eb', 'a\\u202eb'],
])('a terminal does not obey %s', (_, text, shown) => {
  expect(toTerminalText(text)).toBe(shown)
})

it('a terminal shows lines, tabs, and the colours of this program', () => {
  const colors = createColors(true)
  const text = `${colors.red('red')} ${colors.bold(colors.dim('dim'))} ${colors.bgYellow('x')}\n\tпривет 你好 😀`
  expect(toTerminalText(text)).toBe(text)
})

it('JSON keeps its data', () => {
  const data = { name: 'a\u009b2J\u007f\u202e\u001b[31m' }
  expect(JSON.parse(toTerminalText(JSON.stringify(data)))).toEqual(data)
})

it('markup has no character that XML forbids', () => {
  expect(escapeMarkup(`<a href="x" id='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  )
  expect(escapeMarkup('a\u0000\u001b\u009b\u202e\ud800b\n\tc')).toBe('a�����b\n\tc')
})
