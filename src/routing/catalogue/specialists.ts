/** What a model is made for, if it is not general conversation. */
export type Specialty =
  | { readonly kind: 'field'; readonly field: Field }
  /** It answers no chat requests, or not with an answer to them. */
  | { readonly kind: 'no-chat'; readonly purpose: string }

export type Field = 'code' | 'mathematics' | 'medicine' | 'law' | 'finance' | 'translation'

/**
 * What a model's name says that it is made for; undefined if it says nothing. Only whole parts of the name count:
 * `qwen2.5-coder:7b`, `WizardCoder-15B` and `starcoder2` are for code, `decoder-x` and `unicode` are not.
 */
export function findSpecialty(name: string): Specialty | undefined {
  const parts = splitName(name)
  const includes = (words: readonly string[]) => words.some((word) => hasPhrase(parts, word))
  const other = otherPurposes.find(({ words }) => includes(words))
  if (other !== undefined) return { kind: 'no-chat', purpose: other.purpose }
  const field = fields.find(({ words }) => includes(words))
  return field === undefined ? undefined : { kind: 'field', field: field.field }
}

/**
 * The parts of a name without its provider and, in their place, the words of a part in camel case too. The digits at the
 * end of a part are dropped as well, so that `starcoder2` is `starcoder`.
 */
function splitName(name: string): readonly (readonly string[])[] {
  const last = name.slice(0, longestName).replace(/\/+$/, '').split('/').at(-1)!
  const split = (text: string) =>
    text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((part) => part !== '')
  const plain = split(last)
  const camel = split(last.replace(/([a-z])([A-Z])/g, '$1 $2'))
  return [plain, plain.map(withoutNumber), camel, camel.map(withoutNumber)]
}

const longestName = 256

function withoutNumber(part: string): string {
  return part.replace(/\d+$/, '') || part
}

/** Whether the words of `phrase` follow each other among the parts of one reading of a name. */
function hasPhrase(readings: readonly (readonly string[])[], phrase: string): boolean {
  return readings.some((parts) => ` ${parts.join(' ')} `.includes(` ${phrase} `))
}

const otherPurposes: readonly { readonly purpose: string; readonly words: readonly string[] }[] = [
  {
    purpose: 'embeddings or reranking',
    words: [
      ...['embed', 'embedding', 'embeddings', 'embedder', 'rerank', 'reranker', 'reranking', 'colbert'],
      ...['bge', 'gte', 'e5', 'minilm', 'mpnet', 'paraphrase', 'sentence t5', 'voyage'],
    ],
  },
  {
    purpose: 'judging whether a text is safe',
    words: [
      ...['guard', 'guardian', 'safeguard', 'moderation', 'shieldgemma', 'wildguard', 'promptguard'],
      ...['nemoguard', 'aegis', 'llamaguard'],
    ],
  },
  { purpose: 'scoring answers', words: ['reward', 'prm', 'rm'] },
  {
    purpose: 'speech, images or video',
    words: [
      ...['whisper', 'tts', 'transcribe', 'dall e', 'dalle', 'imagen', 'stable diffusion', 'sdxl', 'flux'],
      ...['sora', 'veo', 'gpt image', 'chatgpt image', 'ocr'],
    ],
  },
]

const fields: readonly { readonly field: Field; readonly words: readonly string[] }[] = [
  {
    field: 'code',
    words: [
      ...['code', 'coder', 'coding', 'codex', 'codellama', 'codestral', 'devstral', 'codegemma', 'codeqwen'],
      ...['starcoder', 'starcoderbase', 'starchat', 'wizardcoder', 'magicoder', 'santacoder', 'opencoder'],
      ...['codegen', 'codegeex', 'codeninja', 'codebooga', 'codeup', 'codefuse', 'codeshell', 'polycoder'],
      ...['deepseekcoder', 'opencodereasoning', 'opencodeinterpreter', 'deepcoder', 'sqlcoder', 'deepswe'],
      ...['acecoder', 'openhands lm', 'sql'],
    ],
  },
  {
    field: 'mathematics',
    words: [
      ...['math', 'maths', 'mathematics', 'mathstral', 'wizardmath', 'deepseekmath', 'metamath', 'openmath'],
      ...['numinamath', 'acemath', 'llemma', 'prover', 'mammoth', 'skywork or', 'openmathreasoning'],
      ...['mathcoder', 'deepscaler'],
    ],
  },
  {
    field: 'medicine',
    words: [
      ...['med', 'medical', 'medicine', 'clinical', 'biomedical', 'meditron', 'medgemma', 'medpalm'],
      ...['medalpaca', 'medllama', 'medlm', 'biomistral', 'biomedlm', 'biogpt', 'openbiollm', 'pmc'],
      ...['huatuogpt', 'chatdoctor', 'doctorglm'],
    ],
  },
  { field: 'law', words: ['law', 'legal', 'saullm', 'lawgpt', 'lawllm'] },
  {
    field: 'finance',
    words: ['palmyra fin', 'finance', 'financial', 'fingpt', 'finma', 'finllama', 'bloomberggpt'],
  },
  {
    field: 'translation',
    words: [
      ...['translate', 'translation', 'translator', 'translategemma', 'nllb', 'madlad', 'm2m', 'opus mt'],
      ...['hunyuan mt', 'qwen mt', 'towerinstruct', 'alma', 'seamless'],
    ],
  },
]
