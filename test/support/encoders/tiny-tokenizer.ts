type Special = { readonly id: number; readonly content: string }

const addedToken = ({ id, content }: Special) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
})

function template(begin: Special, end: Special) {
  return {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: begin.content, type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: end.content, type_id: 0 } },
    ],
    pair: [],
    special_tokens: Object.fromEntries(
      [begin, end].map(({ id, content }) => [content, { id: content, ids: [id], tokens: [content] }]),
    ),
  }
}

/**
 * A `tokenizer.json` as BERT's: lower case, words and punctuation, then the longest pieces that the vocabulary has.
 *
 * @param pieces after [PAD], [UNK], [CLS] and [SEP], which are 0 to 3.
 */
export function wordPieceTokenizer(pieces: readonly string[]) {
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content }))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map(addedToken),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: template(specials[2]!, specials[3]!),
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: vocabularyOf(specials, pieces),
    },
  }
}

/**
 * A `tokenizer.json` as XLM-RoBERTa's: SentencePiece's unigram model, each word with a ▁ before it.
 *
 * @param pieces with their log-probabilities, after <s>, <pad>, </s> and <unk>, which are 0 to 3.
 */
export function unigramTokenizer(pieces: readonly (readonly [string, number])[]) {
  const specials = ['<s>', '<pad>', '</s>', '<unk>'].map((content, id) => ({ id, content }))
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map(addedToken),
    normalizer: { type: 'Precompiled', precompiled_charsmap: '' },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
    post_processor: template(specials[0]!, specials[2]!),
    decoder: metaspace,
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: [...specials.map(({ content }) => [content, 0]), ...pieces],
    },
  }
}

/**
 * A `tokenizer.json` as RoBERTa's: bytes written as printable characters (a blank is Ġ), merged pair by pair.
 *
 * @param merges the pairs, most frequent first; the vocabulary is the specials, these characters, and the merged.
 */
export function bytePairTokenizer(characters: string, merges: readonly (readonly [string, string])[]) {
  const specials = ['<s>', '<pad>', '</s>', '<unk>'].map((content, id) => ({ id, content }))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map(addedToken),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: ['</s>', 2],
      cls: ['<s>', 0],
      trim_offsets: true,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: vocabularyOf(specials, [...characters, ...merges.map((pair) => pair.join(''))]),
      merges: merges.map((pair) => pair.join(' ')),
    },
  }
}

function vocabularyOf(specials: readonly Special[], pieces: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...specials.map(({ content }) => content), ...pieces].map((piece, id) => [piece, id]),
  )
}
