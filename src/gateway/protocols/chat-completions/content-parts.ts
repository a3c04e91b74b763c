import { fieldOf } from '../../../base/text/json/field-of.ts'
import { estimateJsonTokens } from '../../../base/text/tokens/estimate-json.ts'
import { estimateTokens } from '../../../base/text/tokens/estimate-tokens.ts'
import type { Modality } from '../../../routing/catalogue/model.ts'

/** What the parts of a request contain, filled in while they are read. */
export type FoundContent = { tokens: number } & Record<Exclude<Modality, 'text'>, boolean>

/**
 * About how many tokens a part of a message has. Its kind is noted in `found`.
 *
 * The parts of chat requests and those of OpenAI's Responses and Anthropic's Messages, which clients send too, count alike.
 * Base64 data and addresses are no text. An image counts 1,000 tokens (100 in low detail): OpenAI counts 85 to about 1,500
 * and Anthropic up to 1,600 for one, by its size, which is not read here. A file of data counts one token for 100 bytes
 * and at least 2,000, about one page; text in a file counts as text does, one token for 4 bytes. Audio counts one
 * token for 1,000 bytes of data, and at least 500. These three are rough: an upstream that counts more answers with an error
 * that goes to the next candidate.
 */
function tokensOfPart(part: unknown, found: FoundContent): number {
  if (typeof part === 'string') return estimateTokens(part)
  if (typeof part !== 'object' || part === null) return 0
  switch (fieldOf(part, 'type')) {
    case 'image_url':
    case 'input_image':
    case 'image': {
      found.image = true
      const detail = fieldOf(part, 'detail') ?? fieldOf(fieldOf(part, 'image_url'), 'detail')
      return detail === 'low' ? 100 : 1000
    }
    case 'input_audio':
    case 'audio':
      found.audio = true
      return Math.max(500, dataBytes(fieldOf(fieldOf(part, 'input_audio'), 'data')) / 1000)
    case 'file':
    case 'input_file':
    case 'document':
      found.file = true
      return tokensOfFile(part)
    case 'tool_use':
      return estimateJsonTokens(fieldOf(part, 'input'))
    case 'tool_result':
      return tokensOfContent(fieldOf(part, 'content'), found)
    default: {
      const text = fieldOf(part, 'text') ?? fieldOf(part, 'thinking') ?? fieldOf(part, 'refusal')
      return typeof text === 'string' ? estimateTokens(text) : tokensOfUnknownPart
    }
  }
}

const tokensOfUnknownPart = 1000

/** The tokens of a message's content: text, or a list of parts. */
export function tokensOfContent(content: unknown, found: FoundContent): number {
  if (typeof content === 'string') return estimateTokens(content)
  if (!Array.isArray(content)) return 0
  let tokens = 0
  for (const part of content) tokens += tokensOfPart(part, found)
  return tokens
}

function tokensOfFile(part: object): number {
  const source = fieldOf(part, 'source')
  const data =
    fieldOf(fieldOf(part, 'file'), 'file_data') ?? fieldOf(part, 'file_data') ?? fieldOf(source, 'data')
  if (fieldOf(source, 'type') === 'text' && typeof data === 'string') return estimateTokens(data)
  const isText = typeof data === 'string' && data.startsWith('data:text/')
  return isText ? dataBytes(data) / 4 : Math.max(2000, dataBytes(data) / 100)
}

/** The kinds of content that were found besides text. */
export function foundModalities({ image, audio, file }: FoundContent): readonly Modality[] {
  if (!image && !audio && !file) return textOnly
  return [
    ...(image ? (['image'] as const) : []),
    ...(audio ? (['audio'] as const) : []),
    ...(file ? (['file'] as const) : []),
  ]
}

const textOnly: readonly Modality[] = []

/** Length of what base64 text encodes. */
function dataBytes(base64: unknown): number {
  return typeof base64 === 'string' ? (base64.length * 3) / 4 : 0
}
