import { describe, it } from 'vitest'
import { expectLinear } from '../../test/support/counting/counted-steps.ts'
import { ConfigError } from '../errors.ts'
import { parseConfig } from './parse-config.ts'

const list = (size: number, item: (index: number) => string) =>
  Array.from({ length: size }, (_, index) => item(index)).join('')

const shapes: readonly (readonly [what: string, size: number, text: (size: number) => string])[] = [
  ['unknown keys', 300, (size) => list(size, (at) => `key${at}: 1\n`)],
  ['unknown keys below a known one', 300, (size) => `policy:\n${list(size, (at) => `  key${at}: 1\n`)}`],
  ['one key again and again', 300, (size) => list(size, () => 'models: 1\n')],
  ['models of wrong shape', 300, (size) => `models:\n${list(size, (at) => `  - nome: m${at}\n`)}`],
  ['models of one name', 300, (size) => `models:\n${list(size, () => '  - name: m\n')}`],
  ['aliases of one anchor', 300, (size) => `a: &a 1\nb:\n${list(size, () => '  - *a\n')}`],
  ['anchors', 300, (size) => `a:\n${list(size, (at) => `  - &a${at} 1\n`)}`],
  [
    'aliases of lists of aliases',
    8,
    (size) => `a0: &a0 [x, x]\n${list(size, (at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`)}`,
  ],
  ['one long text', 5000, (size) => `a: ${'x'.repeat(size)}\n`],
  ['one long quoted text', 5000, (size) => `a: "${'\\"'.repeat(size)}"\n`],
  ['a long block of text', 300, (size) => `a: |\n${list(size, () => '  line\n')}`],
  ['a quote that stays open', 300, (size) => `a: "${list(size, () => 'line\n')}`],
  ['brackets that stay open', 50, (size) => `a: ${'['.repeat(size)}`],
  ['a list in a line', 300, (size) => `a: [${list(size, () => '1,')}]\n`],
  ['many documents', 100, (size) => list(size, () => '---\na: 1\n')],
  ['comments', 300, (size) => list(size, () => '# comment\n')],
  ['tabs, which are an error each', 300, (size) => list(size, () => '\ta: 1\n')],
]

describe('the work of reading a configuration', () => {
  it.each(shapes)('of %s is linear', async (_what, size, text) => {
    await expectLinear(
      (count) => {
        try {
          parseConfig(text(count), 'routellm.yaml')
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error
        }
      },
      size,
      0.25,
    )
  })
})
