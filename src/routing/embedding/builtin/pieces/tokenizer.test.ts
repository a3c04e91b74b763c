import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../../../base/artifact/builtin-folder.ts'
import { promptSpaces } from './piece-vectors.ts'
import { readPieceTable } from './table-file.ts'
import { createPieceTokenizer } from './tokenizer.ts'
import { encodeVocabulary, listPieces } from './vocabulary.ts'

const { vocabulary } = await readPieceTable(builtinArtifactFolder())
const pieces = listPieces(vocabulary)
const tokenizer = createPieceTokenizer(vocabulary)
const reference = new Tokenizer(
  {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['<s>', '<pad>', '</s>', '<unk>'].map((content) => ({
      id: pieces.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [{ type: 'NFKC' }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }],
    },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    post_processor: null,
    decoder: null,
    model: {
      type: 'Unigram',
      unk_id: pieces.indexOf('<unk>'),
      vocab: pieces.map((piece, index) => [piece, vocabulary.scores[index]!]),
      byte_fallback: false,
    },
  },
  {},
)
const ours = (text: string): string[] => Array.from(tokenizer.tokenize(text), (piece) => pieces[piece]!)
const theirs = (text: string): string[] =>
  reference.encode(text, { add_special_tokens: false }).ids.map((id: number) => pieces[id]!)

const languages = [
  'Prove that the square root of 2 is irrational, and say where the proof uses unique factorisation.',
  '请证明根号二是无理数，并说明证明中哪一步用到了唯一分解。',
  'सिद्ध कीजिए कि √2 अपरिमेय है, और हर चरण को समझाइए।',
  'Traduce al inglés: «¿Dónde está la estación más cercana?» ¡Gracias!',
  "Corrige l'orthographe : « Il fesait beau à l'époque où j'habitais là-bas. »",
  'اشرح لي لماذا يفشل هذا البرنامج عند تشغيله على خادم آخر.',
  'Escreva um e-mail ao síndico pedindo a reunião de condomínio; não use mais de três parágrafos.',
  'Почему этот запрос блокирует таблицу, хотя индекс есть?',
  'Schreib mir höflich, dass die Überweisung erst übermorgen möglich ist (Grüße, Jörg).',
  'この関数がなぜデッドロックするのか説明して、ﾊﾝｶｸも直してください。',
  '다음 문장을 존댓말로 바꿔 줘: 내일 회의 늦지 마.',
  'Aşağıdaki listeyi alfabetik sıraya koy: İzmir, Iğdır, Çorum, Şırnak.',
]
const unusual = [
  '',
  ' ',
  '   ',
  ' leading and trailing ',
  'two  spaces   three',
  'tab\tnewline\n\r\nno-break\u00a0ideographic\u3000thin\u2009zero\u200bwidth\u2028line',
  'for (let i = 0; i < n; i++) { a[i] ??= b[i] ** 2 /* ≥ */ }',
  '<s>struck</s> <unk> <pad> < s > ＜s＞',
  '▁mark ▁▁ marks▁',
  '😀👍🏽👩‍👩‍👧 🇹🇷 ❤️',
  'e\u0301 a\u0323\u0302 \u0301 ẛ̣ ﬁ ½ ① ㎏ Å',
  '\ud800 \udc00x \ud83d',
  '----- ==== ....... !!!! hmmmmmmm aaaaaaaaaaa',
  'a'.repeat(300),
  'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(5),
  '\0\u0001\u007f\u0085\ufeff\ufffd',
]

describe('the tokenizer of word pieces', () => {
  it.each([...languages, ...unusual])('cuts %j as @huggingface/tokenizers does', (text) => {
    expect(ours(text)).toEqual(theirs(text))
  })

  it('cuts any text as @huggingface/tokenizers does', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
        .map((codes) => String.fromCharCode(...codes)),
      fc.stringMatching(/^[a-zA-Z0-9_(){}=<>;:.,'" \n]{0,30}$/),
      fc
        .constantFrom(...languages, ...unusual)
        .chain((text) =>
          fc
            .tuple(fc.nat(text.length), fc.nat(30))
            .map(([start, length]) => text.slice(start, start + length)),
        ),
      fc.constantFrom(' ', '\n', '\u3000', '▁', '\u0301\u0323', '<s>', 'ﷺ'),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        expect(ours(text)).toEqual(theirs(text))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('reads further characters as spaces if told', () => {
    const spaced = createPieceTokenizer(vocabulary, { spaces: promptSpaces })
    const text = 'one\ntwo\r\n\tthree\u200b\u2028 four\n'
    const cut = Array.from(spaced.tokenize(text), (piece) => pieces[piece]!)
    expect(cut).toEqual(theirs(text.replace(/[\n\r\t\u200b\u2028]/g, ' ')))
  })

  it('finds the same pieces of a word whatever came before', () => {
    const fresh = createPieceTokenizer(vocabulary)
    for (const text of [...languages, ...unusual])
      expect(ours(text)).toEqual(Array.from(fresh.tokenize(text), (piece) => pieces[piece]!))
  })

  it.each([
    ['one letter', 'a'],
    ['combining marks', '\u0301\u0323'],
    ['emoji', '😀'],
    ['unpaired surrogates', '\ud800'],
    ['words without a space', 'wörd'],
    ['spaces', ' '],
    ['ligatures that become 18 letters', 'ﷺ'],
  ])('takes twice the steps for twice the text: %s', (_, unit) => {
    const stepsOf = (length: number): number => {
      const before = tokenizer.steps()
      tokenizer.tokenize(unit.repeat(length / unit.length))
      return tokenizer.steps() - before
    }
    const [half, whole] = [stepsOf(36_000), stepsOf(72_000)]
    expect(whole).toBeLessThanOrEqual(2 * half + 100)
    // 16 code units are the longest piece; 18 the longest normalisation of one.
    expect(whole).toBeLessThanOrEqual(72_000 * 18 * 16)
  })

  it('cuts a megabyte of each without a crash', () => {
    for (const unit of ['a', '\u0301\u0323', '😀', '\ud800', 'wörd']) {
      expect(tokenizer.tokenize(unit.repeat(1_000_000 / unit.length)).length).toBeGreaterThan(0)
    }
  })
})

describe('a vocabulary of a few pieces', () => {
  const { vocabulary: few, order } = encodeVocabulary([
    ['<unk>', 0],
    ['▁', -2],
    ['▁a', -3],
    ['ab', -2.5],
    ['b', -4],
    ['▁ab', -7],
    ['😀', -5],
    ['😁', -5],
  ])
  const small = createPieceTokenizer(few)
  const names = listPieces(few)
  const cut = (text: string): string[] => Array.from(small.tokenize(text), (piece) => names[piece]!)

  it('lists its pieces in order of their code units, and where they came from', () => {
    expect(names).toEqual(['<unk>', 'ab', 'b', '▁', '▁a', '▁ab', '😀', '😁'])
    expect([...order]).toEqual([0, 3, 4, 1, 2, 5, 6, 7])
  })

  it('chooses the pieces with the highest sum of scores', () => {
    // ▁ + ab = −4.5, ▁a + b = −7, ▁ab = −7
    expect(cut('ab')).toEqual(['▁', 'ab'])
    // ▁a + ab = −5.5
    expect(cut('aab ab')).toEqual(['▁a', 'ab', '▁', 'ab'])
  })

  it('makes one unknown piece of neighbours that it does not know, whole code points each', () => {
    expect(cut('xy\u{1f602}b😁')).toEqual(['▁', '<unk>', 'b', '😁'])
    expect(cut('')).toEqual([])
  })

  it('refuses a vocabulary that contradicts itself', () => {
    const wrong = [
      { ...few, shared: few.shared.map((length) => length + 1) },
      { ...few, scores: few.scores.subarray(1) },
      { ...few, codes: few.codes.subarray(1) },
      { ...few, added: new Uint8Array(few.added.length) },
    ]
    for (const vocabulary of wrong) expect(() => createPieceTokenizer(vocabulary)).toThrow(RangeError)
    expect(() =>
      encodeVocabulary([
        ['a', -1],
        ['a', -2],
      ]),
    ).toThrow(RangeError)
    expect(() => createPieceTokenizer(encodeVocabulary([['a', -1]]).vocabulary)).toThrow(/<unk>/)
  })
})
