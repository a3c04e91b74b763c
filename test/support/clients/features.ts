/** What is tried with each client and each provider, in the order of the table. */
export const features = [
  'text',
  'tool loop',
  'image',
  'structured output',
  'thinking',
  'abort',
  'status 429',
  'broken stream',
] as const
export type Feature = (typeof features)[number]

/** What the client is to ask. The rest of the conversation follows from it. */
export type Task = {
  readonly question: string
  readonly stream: boolean
  /** Offers the tool `add`; the client runs it and goes on until there is an answer. */
  readonly tools?: true
  /** Shows `picture`. */
  readonly image?: true
  /** Asks for an object of `sumSchema`. */
  readonly structured?: true
  /** Asks the model to think, at medium effort where there are efforts, and to show it. */
  readonly thinks?: true
  readonly signal?: AbortSignal
}

/** What the questions make the providers' models do besides answering. */
export const commands = {
  busy: 'Please be busy.',
  hold: 'Please stay on the line.',
  breakOff: 'Please break off.',
} as const

export const sumQuestion = 'What is 5 + 7?'
export const pictureQuestion = 'What do you see?'
export const answer = 'It is 12.'
/** Comes in two pieces in a stream; `reasoningTail` is in the second one. */
export const reasoning = 'Let me see.'
export const reasoningTail = 'see.'
export const toolArguments = '{"a": 5, "b": 7}'
export const toolResult = 'twelve'
export const retryAfterSeconds = 7

export const addTool = {
  name: 'add',
  description: 'Adds two numbers.',
  parameters: {
    type: 'object' as const,
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
    additionalProperties: false,
  },
}

/** A PNG of one pixel. */
export const picture = {
  mediaType: 'image/png',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
} as const

/** What a model says that got exactly these bytes. */
export function describePicture(mediaType: string, base64: string): string {
  const isWhole = base64 === picture.base64
  return `I see ${mediaType} of ${Buffer.from(base64, 'base64').length} bytes${isWhole ? '' : ', changed'}.`
}
