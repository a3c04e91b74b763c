import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBytes } from '../../../../test/support/streams/counted-bytes.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { readFormFields } from './multipart-form.ts'
import { passThrough } from './protocol.ts'

const boundary = '----formdata-undici-012345678901'

type Part = { readonly name: string; readonly value: Buffer; readonly file?: string }

function toForm(parts: readonly Part[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ name, value, file }) => [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"\r\nContent-Type: audio/wav`}\r\n\r\n`,
      ),
      value,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
}

const file = { name: 'file', file: 'a.wav', value: Buffer.from([0, 255, 13, 10, 45, 45, 13, 10, 13, 10]) }
const model = (value: string) => ({ name: 'model', value: Buffer.from(value) })

describe('a multipart form', () => {
  it('names its model, and gets another with every other byte kept', () => {
    const form = (name: string) => toForm([file, model(name), { name: 'stream', value: Buffer.from('true') }])
    expect(passThrough.parse(form('auto'))).toMatchObject({ model: 'auto', stream: true, messages: null })
    const replaced = passThrough.replaceModel(form('auto'), 'größe "quoted"')
    expect(replaced.equals(form('größe "quoted"'))).toBe(true)
  })

  it('property: any bytes of a file pass', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const form = toForm([{ ...file, value: Buffer.from(bytes) }, model('x')])
        expect(passThrough.parse(form).model).toBe('x')
        expect(passThrough.replaceModel(form, 'x').equals(form)).toBe(true)
      }),
      { seed: 14, numRuns: 200 },
    )
  })

  it.each([
    ['without a model', toForm([file])],
    ['with an empty model', toForm([model('')])],
    ['with a long model', toForm([model('x'.repeat(2000))])],
    ['cut within a part', toForm([file, model('x')]).subarray(0, 150)],
    ['without a boundary', Buffer.from('--\r\n')],
    ['of hyphens', Buffer.from('-'.repeat(1000))],
    [
      'of too many parts',
      toForm(Array.from({ length: 300 }, () => ({ name: 'a', value: Buffer.from('b') }))),
    ],
  ])('%s is refused with a word', (_what, form) => {
    expect(() => passThrough.parse(form)).toThrow(InvalidRequestError)
  })

  it('property: odd bytes never throw anything else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('-', '\r\n', 'a', '"', 'name="model"'), maxLength: 60 }),
        (text) => {
          try {
            passThrough.parse(Buffer.from(`--${text}`))
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidRequestError)
          }
        },
      ),
      { seed: 14, numRuns: 500 },
    )
  })

  it('is read in linear time', () => {
    const touchedOf = (size: number) => {
      const value = Buffer.from(`\r\n--${boundary.slice(0, -1)}x`.repeat(size / 33))
      const { bytes, touched } = countBytes(toForm([{ ...file, value }, model('x')]))
      readFormFields(bytes, ['model'])
      return touched()
    }
    expect(touchedOf(66_000)).toBeLessThanOrEqual(2 * touchedOf(33_000) + 1000)
  })
})
