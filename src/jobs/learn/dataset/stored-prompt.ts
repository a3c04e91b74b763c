import { Buffer } from 'node:buffer'
import { protocols } from '../../../gateway/protocols/registry.ts'
import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import type { RoutedPrompt } from '../../../routing/prompts/routed-prompt.ts'
import type { EntryText } from '../../../store/entries/entry.ts'

/** The text that was scored of a request; null if that cannot be read. */
export function scoredText(
  text: EntryText | null,
  protocolName: string | null,
  pickPrompt: PickPrompt,
): string | null {
  return storedPrompt(text, protocolName, pickPrompt)?.text ?? null
}

/** What routers saw of a request, read from its kept body as the gateway reads it; null if that cannot be read. */
export function storedPrompt(
  text: EntryText | null,
  protocolName: string | null,
  pickPrompt: PickPrompt,
): RoutedPrompt | null {
  if (text === null || text.request.isCut) return null
  const protocol = protocols.find(({ name }) => name === protocolName)
  if (protocol === undefined) return null
  try {
    const { messages } = protocol.parse(Buffer.from(text.request.text))
    return messages === null ? null : pickPrompt(messages)
  } catch {
    return null
  }
}
