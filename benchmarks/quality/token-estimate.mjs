// How far the estimate of tokens (src/base/text/tokens/) is from what the tokenizers of OpenAI's models count, by kind of
// text. The weights were fitted to other texts of these kinds; of the prompts about a tenth are
// the same. Writes benchmarks/results/token-estimate.json,
// the table of docs/performance.md and test/golden/token_counts.json. Needs the build, and gpt-tokenizer 4.0.0 (MIT) in a folder of its own:
//   npm install --prefix DIR gpt-tokenizer@4.0.0
//   node benchmarks/quality/token-estimate.mjs --tokenizer DIR
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { estimateTokens } from '../../dist/base/text/tokens/estimate-tokens.js'
import { contextMargin } from '../../dist/routing/catalogue/exclusion.js'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'

const { values } = parseArgs({ options: { tokenizer: { type: 'string' } } })
const began = new Date().toISOString()
const chunkLength = 3000
const otherLanguages =
  'bn ta te mr gu pa ml kn th km lo my he el fa ur vi id sw pl cs hu fi sv uk bg sr ka hy am ne it'.split(' ')
const mostChunks = 40
const goldenLength = 700

if (values.tokenizer === undefined) {
  console.error('Name the folder in which gpt-tokenizer is installed (--tokenizer).')
  process.exit(2)
}
const load = createRequire(join(values.tokenizer, 'from-here.js'))
const encodings = Object.fromEntries(
  ['o200k_base', 'cl100k_base'].map((name) => [name, load(`gpt-tokenizer/encoding/${name}`)]),
)
const count = (name, text) => encodings[name].encode(text, { allowedSpecial: 'all' }).length

const kinds = Object.entries(textsByKind()).map(([kind, text]) => ({ kind, chunks: toChunks(text) }))
const results = kinds.map(({ kind, chunks }) => {
  const ratios = (name) =>
    chunks.map((text) => estimateTokens(text) / count(name, text)).sort((a, b) => a - b)
  const [o200k, cl100k] = [ratios('o200k_base'), ratios('cl100k_base')]
  return {
    kind,
    texts: chunks.length,
    o200k: { lowest: o200k[0], median: o200k[o200k.length >> 1], highest: o200k.at(-1) },
    cl100k: { lowest: cl100k[0], median: cl100k[cl100k.length >> 1], highest: cl100k.at(-1) },
    shareBelow: o200k.filter((ratio) => ratio * contextMargin < 1).length / o200k.length,
  }
})
const file = join(project, 'benchmarks', 'results', 'token-estimate.json')
writeFileSync(file, `${JSON.stringify({ began, margin: contextMargin, results }, null, 2)}\n`)
const golden = kinds.map(({ kind, chunks }) => {
  const text = Array.from(chunks[0].slice(0, goldenLength + 1))
    .slice(0, -1)
    .join('')
  return { kind, o200k: count('o200k_base', text), cl100k: count('cl100k_base', text), text }
})
writeFileSync(join(project, 'test', 'golden', 'token_counts.json'), `${JSON.stringify(golden, null, 1)}\n`)
await writeGeneratedDocs()

function toChunks(text) {
  const chunks = []
  for (let at = 0; at + chunkLength <= text.length && chunks.length < mostChunks; at += chunkLength)
    chunks.push(text.slice(at, at + chunkLength))
  return chunks.length === 0 ? [text] : chunks
}

function textsByKind() {
  const json = readdirSync(join(project, 'benchmarks', 'results'))
    .filter((name) => name !== 'token-estimate.json')
    .map((name) => JSON.parse(read('benchmarks', 'results', name)))
  return {
    ...Object.fromEntries(
      ['en', 'zh', 'hi', 'es', 'fr', 'ar', 'pt', 'ru', 'de', 'ja', 'ko', 'tr'].map((language) => [
        `prompts, ${new Intl.DisplayNames(['en'], { type: 'language' }).of(language)}`,
        prompts(language).reverse().join('\n\n'),
      ]),
    ),
    'names in 32 other languages': otherLanguages.map(namesIn).join('\n'),
    TypeScript: sources('src', '.ts', (index) => index % 12 === 5).join('\n'),
    JavaScript: sources(join('node_modules', 'undici', 'lib'), '.js', (index) => index % 3 === 0).join('\n'),
    Markdown: sources('docs', '.md', () => true)
      .join('\n')
      .slice(8000),
    'JSON, indented': json.map((value) => JSON.stringify(value, null, 2).slice(8000, 30_000)).join('\n'),
    'JSON, compact': json.map((value) => JSON.stringify(value).slice(8000, 30_000)).join('\n'),
    'log lines': Array.from({ length: 400 }, (_, index) => logLine(index)).join('\n'),
    'tables of numbers': Array.from({ length: 900 }, (_, index) =>
      [index, (index * 3.77).toFixed(3), -index * 977, (index / 7).toFixed(2)].join(','),
    ).join('\n'),
    'base64 as text': hashes('base64').join(''),
    'hexadecimal as text': hashes('hex').join(''),
  }
}

function read(...path) {
  return readFileSync(join(project, ...path), 'utf8')
}

function prompts(language) {
  return read('recipes', 'everyday', 'corpus', `${language}.jsonl`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).prompt)
}

function sources(folder, ending, isTaken) {
  return readdirSync(join(project, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .sort()
    .filter((_, index) => isTaken(index))
    .map((name) => read(folder, name).slice(0, 8000))
}

function hashes(encoding) {
  return Array.from({ length: 1500 }, (_, index) =>
    createHash('sha256').update(`token ${index}`).digest(encoding).replace(/=+$/, ''),
  )
}

function logLine(index) {
  const id = createHash('sha256').update(`line ${index}`).digest('hex').slice(0, 12)
  return `2026-11-${10 + (index % 20)}T0${index % 10}:1${index % 9}:2${index % 7}.${100 + index}Z WARN worker-${index % 8} job=${id} retried after ${index * 17} ms (status 50${index % 4})`
}

/** Names of currencies and scripts: rare words, which tokenizers cut into many pieces. */
function namesIn(language) {
  const currencies = new Intl.DisplayNames([language], { type: 'currency' })
  const scripts = new Intl.DisplayNames([language], { type: 'script' })
  return [
    ...['USD', 'EUR', 'JPY', 'INR', 'GBP', 'CHF', 'CNY', 'BRL', 'KRW', 'TRY', 'ZAR', 'SEK'].map((code) =>
      currencies.of(code),
    ),
    ...['Latn', 'Arab', 'Cyrl', 'Deva', 'Grek', 'Hebr', 'Thai', 'Hans', 'Hang', 'Armn', 'Geor', 'Ethi'].map(
      (code) => scripts.of(code),
    ),
  ].join(', ')
}
