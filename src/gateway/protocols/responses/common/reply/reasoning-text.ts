import { isObject, type JsonObject, listOf, textOf } from '../../../common/json-fields.ts'

/** What can be read of a reasoning item: the parts of its summary, then its text, each after a blank line. */
export function joinReasoning(item: JsonObject): string {
  const texts: string[] = []
  for (const part of listOf(item.summary)) addText(part)
  for (const part of listOf(item.content)) addText(part)
  return texts.join(reasoningJoint)

  function addText(part: unknown): void {
    const text = isObject(part) ? textOf(part.text) : null
    if (text !== null && text !== '') texts.push(text)
  }
}

export const reasoningJoint = '\n\n'
