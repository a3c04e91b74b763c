/** Deeper values parse, but make whatever walks them later run out of stack. No data file is nested like that. */
const maxNesting = 200

/** As `JSON.parse`. Throws `SyntaxError` if the text is not JSON or is nested more than 200 deep. */
export function parseJsonText(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (brackets(text) > maxNesting && nesting(text) > maxNesting)
    throw new SyntaxError(`it is nested more than ${maxNesting} deep`)
  return value
}

/** At least as many as the text is nested deep; far cheaper to count. */
function brackets(text: string): number {
  let count = 0
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at >= 0 && count <= maxNesting; at = text.indexOf(bracket, at + 1))
      count++
  return count
}

/** @param json which parses. */
function nesting(json: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '"') {
      // To the end of the text, over escaped characters.
      for (at++; json[at] !== '"'; at++) if (json[at] === '\\') at++
    } else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}
