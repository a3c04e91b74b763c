/** The pattern of a text needs memory for each of its characters. */
const longestLiteral = 4_000_000

/**
 * The value of a list or a dictionary as Python prints it, as data frames write nested values to CSV:
 * `[{'role': 'user', 'content': "What's that?"}]`. Arrays of numpy are lists; `None` and `nan` are null.
 *
 * @returns undefined if the text is no such literal, or longer than 4,000,000 characters. Takes time that grows with the text.
 */
export function parsePythonLiteral(text: string): unknown {
  if (text.length > longestLiteral || !/^\s*(?:[[({]\s*['"[({\]})]|array\()/.test(text)) return undefined
  const json = toJson(text)
  if (json === undefined) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const token =
  /\s*(?:(?<array>array\()|(?<dtype>,\s*dtype=\w+\))|(?<text>[rubRUB]?(?:'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"))|(?<word>True|False|None|nan|NaN|inf|-inf)|(?<number>-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?<mark>[[\](){},:]))/y
const words: Readonly<Record<string, string>> = { True: 'true', False: 'false' }
const brackets: Readonly<Record<string, string>> = { '(': '[', ')': ']' }

function toJson(text: string): string | undefined {
  const parts: string[] = []
  const end = text.trimEnd().length
  for (token.lastIndex = 0; token.lastIndex < end; ) {
    const groups = token.exec(text)?.groups
    if (groups === undefined) return undefined
    const { text: quoted, word, number, mark } = groups
    if (quoted !== undefined) parts.push(toJsonText(quoted.replace(/^[rubRUB]/, '')))
    else if (word !== undefined) parts.push(words[word] ?? 'null')
    else if (number !== undefined) parts.push(String(Number(number)))
    else if (mark !== undefined) {
      // Python allows a comma after the last item.
      if (/[\])}]/.test(mark) && parts.at(-1) === ',') parts.pop()
      parts.push(brackets[mark] ?? mark)
    }
  }
  return parts.join('')
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

function toJsonText(quoted: string): string {
  const text = quoted
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
      (whole, x, u, long, plain) => {
        const code = Number.parseInt(x ?? u ?? long ?? '', 16)
        if (Number.isNaN(code)) return escapes[plain] ?? whole
        return code > 0x10ffff ? whole : String.fromCodePoint(code)
      },
    )
  return JSON.stringify(text)
}
