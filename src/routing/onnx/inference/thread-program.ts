import type { MessagePort } from 'node:worker_threads'

/** What a thread needs to know, once. */
export type ThreadData = {
  /** Absolute paths of the two packages' entry files. */
  readonly runtimePath: string
  readonly tokenizersPath: string
  /** An ONNX model with the inputs `tokens` and `mask` and the output `result`. */
  readonly model: Uint8Array
  /** The folder of the model's external data. */
  readonly folder: string
  /** For a model that multiplies bytes: the model of `encodeByteProduct`, which shows how this processor does that. */
  readonly byteProduct?: Uint8Array
  /** Threads that one multiplication is spread over. */
  readonly computeThreads: number
  /** Paths of tokenizer.json and, if it exists, tokenizer_config.json. The thread reads them and does not keep them. */
  readonly tokenizerPath: string
  readonly tokenizerConfigPath?: string
  /** Tokens of a sequence at most, special ones included. */
  readonly maxTokens: number
  /** How many of them are from the end of a text that has more. Default: none. */
  readonly lastTokens?: number
  /** Every token's number is below it. */
  readonly vocabulary: number
  readonly padToken: number
  /** Tokens of a micro-batch at most, padding included. */
  readonly maxBatchTokens: number
}

/**
 * Where a thread is, in one number that both sides change: in JavaScript, in native code, or to end. It must not be ended in native
 * code, because onnxruntime then ends the whole process.
 */
export type ThreadState = Int32Array<SharedArrayBuffer>
export const threadStates = { javascript: 0, native: 1, ending: 2 } as const

export type ThreadRequest = { readonly id: number; readonly texts: readonly string[] }

export type ThreadReply =
  | { readonly kind: 'ready'; readonly width: number }
  /** One row of `width` numbers per text. */
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly Float32Array[] }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: string }
  | { readonly kind: 'unusable'; readonly part: 'tokenizer' | 'model'; readonly problem: string }

/** The part of `@huggingface/tokenizers` that is used. */
export type TextEncoderLike = {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] }
}

/**
 * The program of an inference thread, as text: it then runs from TypeScript sources, from the compiled package and out
 * of a bundle alike. It is these functions and nothing else, so they use nothing from outside of them; and all are
 * in this file, because bundlers and test runners rename what is imported.
 */
export function threadProgram(): string {
  const functions = [
    serve,
    createGate,
    saturates,
    makeTokenizer,
    makeUnigram,
    makeTokenise,
    beginning,
    ending,
    microBatches,
    messageOf,
  ]
  // Compilers that keep the names of functions wrap them in calls of `__name`.
  const preamble = 'const __name = (target) => target'
  return [
    preamble,
    `const threadStates = ${JSON.stringify(threadStates)}`,
    ...functions.map(String),
    `${serve.name}(require, require('node:worker_threads').parentPort, require('node:worker_threads').workerData)`,
  ].join('\n')
}

async function serve(
  require: NodeJS.Require,
  port: MessagePort,
  data: ThreadData & { readonly state: ThreadState },
): Promise<void> {
  type Runtime = typeof import('onnxruntime-node')
  const reply = (message: ThreadReply) => port.postMessage(message)
  const inNative = createGate(data.state, () => process.exit())
  // Discards what the libraries print.
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) console[method] = () => undefined
  let tokenise: (text: string) => number[]
  try {
    const { Tokenizer } = require(data.tokenizersPath)
    const { readFileSync } = require('node:fs')
    const read = (path?: string) => (path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8')))
    tokenise = makeTokenise(
      makeTokenizer(Tokenizer, read(data.tokenizerPath), read(data.tokenizerConfigPath)),
      data,
    )
    tokenise('')
  } catch (error) {
    reply({ kind: 'unusable', part: 'tokenizer', problem: messageOf(error) })
    return
  }
  try {
    const runtime: Runtime = await inNative(() => require(data.runtimePath))
    const { InferenceSession, Tensor } = runtime
    const { byteProduct } = data
    const needsExactProducts =
      byteProduct !== undefined && (await inNative(() => saturates(runtime, byteProduct)))
    const session = await inNative(() =>
      InferenceSession.create(data.model, {
        intraOpNumThreads: data.computeThreads,
        interOpNumThreads: 1,
        // Errors are thrown too.
        logSeverityLevel: 4,
        // Otherwise waiting threads spin, and take processor time from the event loop.
        extra: {
          session: {
            model_external_initializers_file_folder_path: data.folder,
            intra_op: { allow_spinning: '0' },
            // Products of unsigned bytes are exact on every x86 processor. They are half as fast where signed ones are
            // exact too.
            x64quantprecision: needsExactProducts ? '1' : '0',
          },
        },
      }),
    )
    const run = async (sequences: readonly number[][]): Promise<Float32Array[]> => {
      const length = Math.max(...sequences.map((sequence) => sequence.length))
      const tokens = new Int32Array(sequences.length * length).fill(data.padToken)
      const mask = new Int32Array(sequences.length * length)
      for (const [row, sequence] of sequences.entries()) {
        tokens.set(sequence, row * length)
        mask.fill(1, row * length, row * length + sequence.length)
      }
      const shape = [sequences.length, length]
      const outputs = await inNative(() =>
        session.run({
          tokens: new Tensor('int32', tokens, shape),
          mask: new Tensor('int32', mask, shape),
        }),
      )
      const numbers = outputs.result?.data as Float32Array
      const width = numbers.length / sequences.length
      return sequences.map((_, row) => numbers.slice(row * width, (row + 1) * width))
    }
    const [probe] = await run([tokenise('')])
    port.on('message', async ({ id, texts }: ThreadRequest) => {
      try {
        const sequences = texts.map(tokenise)
        const rows: Float32Array[] = new Array(texts.length)
        for (const batch of microBatches(
          sequences.map((sequence) => sequence.length),
          data.maxBatchTokens,
        )) {
          const found = await run(batch.map((index) => sequences[index]!))
          for (const [place, index] of batch.entries()) rows[index] = found[place]!
        }
        reply({ kind: 'rows', id, rows })
      } catch (error) {
        reply({ kind: 'failed', id, problem: messageOf(error) })
      }
    })
    reply({ kind: 'ready', width: probe?.length ?? 0 })
  } catch (error) {
    reply({ kind: 'unusable', part: 'model', problem: messageOf(error) })
  }
}

/** Marks that the thread is in native code while a call runs, and ends the thread instead of beginning or returning from one if it is to end. */
function createGate(state: ThreadState, end: () => never) {
  return async <Result>(call: () => Result | Promise<Result>): Promise<Result> => {
    const { javascript, native, ending } = threadStates
    if (Atomics.compareExchange(state, 0, javascript, native) === ending) end()
    try {
      return await call()
    } finally {
      if (Atomics.compareExchange(state, 0, native, javascript) === ending) end()
    }
  }
}

/** Whether this processor's products of an unsigned and a signed byte are wrong because their sums stop at 32,767. */
async function saturates(
  { InferenceSession, Tensor }: typeof import('onnxruntime-node'),
  byteProduct: Uint8Array,
): Promise<boolean> {
  const session = await InferenceSession.create(byteProduct, { intraOpNumThreads: 1, logSeverityLevel: 4 })
  const [inner, columns] = [64, 32]
  const right = new Tensor('int8', new Int8Array(inner * columns).fill(127), [inner, columns])
  try {
    // The runtime multiplies a single row with other instructions than several.
    for (const rows of [1, 8]) {
      const left = new Tensor('uint8', new Uint8Array(rows * inner).fill(255), [rows, inner])
      const { result } = await session.run({ left, right })
      const sums = result?.data as Int32Array | undefined
      if (sums === undefined || sums.some((sum) => sum !== inner * 255 * 127)) return true
    }
    return false
  } finally {
    await session.release()
  }
}

/** A constructor as `Tokenizer` of `@huggingface/tokenizers`, with what is replaced in its instances. */
export type TokenizerConstructor = new (
  tokenizer: object,
  config: object,
) => TextEncoderLike & {
  model: { tokens_to_ids: Map<string, number>; encode?(words: readonly string[]): string[] } | null
}

type UnigramPieces = readonly (readonly [piece: string, score: number])[]

/** What of a `tokenizer.json` is looked at here. */
export type TokenizerJson = {
  readonly model: { readonly type: string; readonly unk_id?: number | null; readonly vocab: object }
}

/**
 * The library's tokenizer; with a unigram model of many pieces in a tenth of the memory: the library makes an object
 * of every character of every piece, 270 MB for XLM-RoBERTa's 250,000. Its other parts stay as they are.
 */
export function makeTokenizer(
  Tokenizer: TokenizerConstructor,
  json: TokenizerJson,
  config: object,
): TextEncoderLike {
  const { type, unk_id: unknown } = json.model
  const vocab = json.model.vocab as UnigramPieces
  if (type !== 'Unigram' || !Array.isArray(vocab) || typeof unknown !== 'number' || !(unknown in vocab))
    return new Tokenizer(json, config)
  const small = { ...json, model: { ...json.model, vocab: vocab.slice(0, unknown + 1) } }
  const tokenizer = new Tokenizer(small, config)
  const { model } = tokenizer
  if (model === null) throw new Error('it has no model')
  const ids = new Map<string, number>(vocab.map(([piece], id) => [piece, id]))
  // Only the library's own table has the added tokens.
  for (const [piece, id] of model.tokens_to_ids) ids.set(piece, id)
  const split = makeUnigram(vocab, unknown)
  model.tokens_to_ids = ids
  model.encode = (words) => words.flatMap(split)
  return tokenizer
}

/**
 * SentencePiece's unigram model: a word → the pieces with the greatest sum of log-probabilities (Viterbi; of equal sums
 * the one whose last piece is longest). A character that is not a piece costs 10 more than the least probable piece, as
 * in the library.
 */
export function makeUnigram(vocab: UnigramPieces, unknown: number): (word: string) => string[] {
  const scores = new Map<string, number>()
  let least = Number.POSITIVE_INFINITY
  let longest = 1
  for (const [piece, score] of vocab) {
    scores.set(piece, score)
    least = Math.min(least, score)
    longest = Math.max(longest, Array.from(piece).length)
  }
  const unknownScore = least - 10
  scores.set(vocab[unknown]![0], unknownScore)
  return (word) => {
    const characters = Array.from(word)
    const best = new Float64Array(characters.length + 1).fill(Number.NEGATIVE_INFINITY)
    const cameFrom = new Int32Array(characters.length + 1)
    best[0] = 0
    for (let begin = 0; begin < characters.length; begin++) {
      let piece = ''
      for (let end = begin + 1; end <= Math.min(begin + longest, characters.length); end++) {
        piece += characters[end - 1]
        const score = scores.get(piece) ?? (end === begin + 1 ? unknownScore : undefined)
        if (score === undefined || best[begin]! + score <= best[end]!) continue
        best[end] = best[begin]! + score
        cameFrom[end] = begin
      }
    }
    const pieces: string[] = []
    for (let end = characters.length; end > 0; end = cameFrom[end]!)
      pieces.push(characters.slice(cameFrom[end], end).join(''))
    return pieces.reverse()
  }
}

/**
 * A text's tokens as transformers truncates them: the first that fit, between the special ones; or, with `lastTokens`,
 * the first and the last.
 *
 * Of a long text it reads only as much as has enough tokens, so that a megabyte costs no more than a page.
 */
export function makeTokenise(
  tokenizer: TextEncoderLike,
  {
    maxTokens,
    lastTokens = 0,
    vocabulary,
    padToken,
  }: Pick<ThreadData, 'maxTokens' | 'lastTokens' | 'vocabulary' | 'padToken'>,
): (text: string) => number[] {
  const plain = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids
  // The special tokens around every text, found by encoding one text with and without them.
  const around = tokenizer.encode('a', { add_special_tokens: true }).ids
  const inside = plain('a')
  const begin = around.findIndex((_, at) => inside.every((token, index) => around[at + index] === token))
  if (begin < 0 || inside.length === 0)
    throw new Error('its special tokens are not before and after the text')
  const before = around.slice(0, begin)
  const after = around.slice(begin + inside.length)
  const room = maxTokens - before.length - after.length
  const last = lastTokens === 0 ? 0 : lastTokens - after.length
  if (room < 1 || last < 0 || last > room)
    throw new Error(`a maximum of ${maxTokens} tokens leaves no room beside the special ones`)
  // Where a part of a text is cut, its tokens may differ from the whole text's, so it must have some to spare.
  const spare = 32
  /** The tokens of a beginning or an ending with at least `count` tokens, or of the whole text. */
  const tokensOfPart = (text: string, count: number, cut: (text: string, units: number) => string) => {
    for (let units = 8 * maxTokens; ; units *= 4) {
      const part = cut(text, units)
      const tokens = plain(part)
      if (part.length === text.length || tokens.length >= count + spare) return tokens
    }
  }
  return (text) => {
    const tokens = tokensOfPart(text, room, beginning)
    const end = last === 0 || tokens.length <= room ? [] : tokensOfPart(text, last, ending).slice(-last)
    const sequence = [...before, ...tokens.slice(0, room - end.length), ...end, ...after]
    // Attention needs something to look at.
    if (sequence.length === 0) return [padToken]
    for (const token of sequence)
      if (!(token >= 0 && token < vocabulary))
        throw new Error(`it gave the token ${token}, and the model knows 0 to ${vocabulary - 1}`)
    return sequence
  }
}

/**
 * The beginning of a text of at most so many UTF-16 units, cut at a blank if one is near, and never inside a character.
 */
export function beginning(text: string, units: number): string {
  if (text.length <= units) return text
  const blank = Math.max(text.lastIndexOf(' ', units), text.lastIndexOf('\n', units))
  if (blank > units * 0.75) return text.slice(0, blank)
  const last = text.charCodeAt(units - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? units - 1 : units)
}

/** The end of a text of at most so many UTF-16 units, cut at a blank if one is near, and never inside a character. */
export function ending(text: string, units: number): string {
  if (text.length <= units) return text
  const start = text.length - units
  const blank = text.slice(start, start + Math.ceil(units / 4)).search(/[ \n]/)
  if (blank >= 0) return text.slice(start + blank + 1)
  const first = text.charCodeAt(start)
  return text.slice(first >= 0xdc00 && first <= 0xdfff ? start + 1 : start)
}

/**
 * Indices of the sequences, the shortest first, cut into batches of at most `maxTokens` with their padding, in which
 * the shortest has at least three quarters of the longest's tokens.
 */
export function microBatches(lengths: readonly number[], maxTokens: number): number[][] {
  const order = [...lengths.keys()].sort((a, b) => lengths[a]! - lengths[b]! || a - b)
  const batches: number[][] = []
  let batch: number[] = []
  for (const index of order) {
    const length = lengths[index]!
    const shortest = lengths[batch[0] ?? index]!
    if (batch.length > 0 && ((batch.length + 1) * length > maxTokens || shortest < 0.75 * length)) {
      batches.push(batch)
      batch = []
    }
    batch.push(index)
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
