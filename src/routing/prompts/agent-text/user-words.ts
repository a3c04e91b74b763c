import { agentWrappers, referencedFiles, resultHeaderEnd, unwrappedTags } from './wrappers.ts'

type Row = (typeof agentWrappers)[number]

const dataTags = new Set(collect((row) => row.dataTags))
const followingDataTags = new Set(collect((row) => row.followingDataTags))
const wordTags = collect((row) => row.wordTags)
const findRemark = createBeginningFinder(collect((row) => row.remarks))
const findDataOpening = createBeginningFinder(collect((row) => row.dataOpenings))
const outputLines = collect((row) => row.outputLines)
const dataLines = [...collect((row) => row.dataLines), ...outputLines, referencedFiles.begin]
const wordLines = collect((row) => row.wordLines)
const wordLinesInData = [...wordLines, ...collect((row) => row.wordLinesInData)]

function collect(select: (row: Row) => readonly string[] | undefined): readonly string[] {
  return agentWrappers.flatMap((row) => select(row) ?? [])
}

/**
 * The words of the user in the parts of one turn, joined by newlines: without what an agent has put around them
 * (`wrappers.ts`). Empty for a turn of nothing else, such as a tool's result. A turn without such text is returned as it
 * came.
 *
 * A tag that is not closed, and a tag of any other name, is the user's words. Reads each character a fixed number of
 * times, whatever the text.
 */
export function userWords(parts: readonly string[]): string {
  const mayHaveTags = parts.some((part) => part.includes('<'))
  const spoken = (mayHaveTags ? findSpokenParts(parts) : undefined) ?? parts
  const kept: string[] = []
  let isChanged = spoken !== parts
  let reading: Reading = 'words'
  for (const part of spoken) {
    const { words, next }: CleanPart = cleanPart(part, reading)
    reading = next
    if (words !== part) isChanged = true
    if (words !== '') kept.push(words)
  }
  return isChanged ? kept.join('\n').trim() : parts.join('\n')
}

/** The texts within the tags that hold all the user's words (`<user_query>`); undefined if there are none. */
function findSpokenParts(parts: readonly string[]): readonly string[] | undefined {
  for (const tag of wordTags) {
    const spoken = parts.flatMap((part) => textsWithin(part, tag))
    if (spoken.length > 0) return spoken
  }
  return undefined
}

/** What the parts of a turn are read as: the user's words, a tool's output, or files that the turn refers to. */
type Reading = 'words' | 'output' | 'files'
type CleanPart = { readonly words: string; readonly next: Reading }

function cleanPart(part: string, reading: Reading): CleanPart {
  if (reading === 'output') return { words: wordsOfResult(part), next: 'words' }
  let text = part
  if (reading === 'files') {
    const end = text.indexOf(referencedFiles.end)
    if (end === -1) return { words: '', next: 'files' }
    text = text.slice(end + referencedFiles.end.length)
  }
  text = withoutRemark(text.includes('<') ? unwrap(withoutDataTags(text)) : text)
  const start = text.trimStart()
  const isData = findDataOpening(start) !== undefined
  const wordLine = findLine(text, isData ? wordLinesInData : wordLines)
  if (wordLine !== undefined) text = text.slice(wordLine.at + wordLine.line.length)
  else if (isData) return { words: wordsOfResult(text), next: 'words' }
  const result = findResultHeader(text)
  if (result !== undefined) {
    const output = text.slice(result.end)
    const words = [text.slice(0, result.start), wordsOfResult(output)].filter((each) => !isBlank(each))
    return { words: words.join('\n').trim(), next: isBlank(output) ? 'output' : 'words' }
  }
  const dataLine = findLine(text, dataLines)
  if (dataLine === undefined) return finished(text, part)
  const [before, rest] = [text.slice(0, dataLine.at), text.slice(dataLine.at)]
  if (dataLine.line !== referencedFiles.begin) {
    const isOutputNext = outputLines.includes(dataLine.line) && !rest.trimEnd().includes('\n')
    return { words: before.trim(), next: isOutputNext ? 'output' : 'words' }
  }
  const end = rest.indexOf(referencedFiles.end)
  if (end === -1) return { words: before.trim(), next: 'files' }
  return finished(`${before}${rest.slice(end + referencedFiles.end.length)}`, part)
}

/** The text without a remark at its beginning. */
function withoutRemark(text: string): string {
  const start = text.trimStart()
  const remark = findRemark(start)
  return remark === undefined ? text : start.slice(remark.length)
}

/** White space around the words stays if nothing was removed. */
function finished(text: string, part: string): CleanPart {
  return { words: text === part ? text : text.trim(), next: 'words' }
}

/** The user's words in a tool's result: an answer to a question, feedback to a refusal. */
function wordsOfResult(text: string): string {
  return unwrappedTags
    .flatMap((tag) => textsWithin(text, tag))
    .join('\n')
    .trim()
}

/** The text in `<task>…</task>` if that is the whole part. */
function unwrap(part: string): string {
  const trimmed = part.trim()
  const tag = unwrappedTags.find((each) => trimmed.startsWith(`<${each}>`) && trimmed.endsWith(`</${each}>`))
  if (tag === undefined) return part
  const words = trimmed.slice(tag.length + 2, -(tag.length + 3))
  return words.includes(`<${tag}>`) ? part : words.trim()
}

/** The texts of all `<tag>…</tag>`. */
function textsWithin(text: string, tag: string): string[] {
  const [open, close] = [`<${tag}>`, `</${tag}>`]
  const texts: string[] = []
  for (let from = text.indexOf(open); from !== -1; ) {
    const end = text.indexOf(close, from)
    if (end === -1) break
    texts.push(text.slice(from + open.length, end).trim())
    from = text.indexOf(open, end)
  }
  return texts
}

const tagName = /[A-Za-z_][\w-]*(?: instructions)?/y
const longestTagName = 64

/** The text without its data tags. Each is skipped to its end, and an end that is missing once is not searched again. */
function withoutDataTags(text: string): string {
  let kept = ''
  let from = 0
  const unclosed = new Set<string>()
  for (let at = text.indexOf('<'); at !== -1; ) {
    const tag = tagAt(text, at)
    const isData =
      tag !== undefined &&
      !unclosed.has(tag) &&
      (dataTags.has(tag) || (from > 0 && followingDataTags.has(tag) && isBlank(text.slice(from, at))))
    const end = isData ? text.indexOf(`</${tag}>`, at) : -1
    if (isData && end === -1) unclosed.add(tag)
    if (!isData || end === -1) {
      at = text.indexOf('<', at + 1)
      continue
    }
    kept += text.slice(from, at)
    from = end + tag.length + 3
    at = text.indexOf('<', from)
  }
  return from === 0 ? text : kept + text.slice(from)
}

/** The name of the tag that opens at `at`: a name that ends in `>`, or in a space before attributes. */
function tagAt(text: string, at: number): string | undefined {
  const head = text.slice(at + 1, at + 2 + longestTagName)
  tagName.lastIndex = 0
  const name = tagName.exec(head)?.[0]
  if (name === undefined) return undefined
  const next = head[name.length]
  return next === '>' || next === ' ' || next === '\n' ? name : undefined
}

/** Where the header of a tool's result (`[read_file for 'a.ts'] Result:`) begins and ends. */
function findResultHeader(text: string): { start: number; end: number } | undefined {
  let end = text.indexOf(resultHeaderEnd)
  if (end === -1) return undefined
  // The header of a question holds the question, over several lines, and begins the part.
  const first = text.length - text.trimStart().length
  if (isHeaderStart(text, first)) return { start: first, end: end + resultHeaderEnd.length }
  while (end !== -1) {
    const start = text.lastIndexOf('\n', end) + 1
    if (isHeaderStart(text, start)) return { start, end: end + resultHeaderEnd.length }
    const line = text.indexOf('\n', end)
    end = line === -1 ? -1 : text.indexOf(resultHeaderEnd, line)
  }
  return undefined
}

/** Whether `[read_file`, `[execute_command` or the like stands at `at`. */
function isHeaderStart(text: string, at: number): boolean {
  return /^\[[a-z]+(?:_[a-z]+)+(?: |\])/.test(text.slice(at, at + longestTagName))
}

/** A function that returns the one of `beginnings`, of two or more letters each, that a text begins with. */
function createBeginningFinder(beginnings: readonly string[]): (text: string) => string | undefined {
  const lettersOf = (text: string) => (text.charCodeAt(0) << 16) | text.charCodeAt(1)
  const letters = new Set(beginnings.map(lettersOf))
  return (text) =>
    letters.has(lettersOf(text)) ? beginnings.find((each) => text.startsWith(each)) : undefined
}

/** The first of `lines` that begins a line of the text. */
function findLine(text: string, lines: readonly string[]): { at: number; line: string } | undefined {
  if (!text.includes('\n')) {
    const line = lines.find((each) => text.startsWith(each))
    return line === undefined ? undefined : { at: 0, line }
  }
  let first: { at: number; line: string } | undefined
  for (const line of lines) {
    for (let at = text.indexOf(line); at !== -1; at = text.indexOf(line, at + 1)) {
      if (at > 0 && text[at - 1] !== '\n') continue
      if (first === undefined || at < first.at) first = { at, line }
      break
    }
  }
  return first
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
