import { Fragment, h } from 'preact'
import { expect, it } from 'vitest'
import { renderMarkup } from './render-markup.ts'

it('writes elements, components, lists and fragments', () => {
  const Name = ({ name }: { name: string }) => h('b', { class: 'name' }, name)
  const tree = h('p', { id: 'a' }, 'x ', [1, ' '], h(Fragment, null, h(Name, { name: 'small' }), null, false))
  expect(renderMarkup(tree)).toBe('<p id="a">x 1 <b class="name">small</b></p>')
})

it('leaves out what is not set, and ends no element that has no end', () => {
  expect(renderMarkup(h('input', { value: undefined, disabled: false, required: true }))).toBe(
    '<input required="">',
  )
})

it('escapes texts and attributes, and replaces what XML forbids', () => {
  const text = `<b> & "c" ' ]]> \u0000 \ud800 \u202e`
  expect(renderMarkup(h('i', { title: text }, text))).toBe(
    `<i title="&lt;b&gt; &amp; &quot;c&quot; ' ]]&gt; \ufffd \ufffd \ufffd">&lt;b&gt; &amp; "c" ' ]]&gt; \ufffd \ufffd \ufffd</i>`,
  )
})
