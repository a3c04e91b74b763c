/** What the playground is asked: the last turn is the user's. */
export type Conversation = {
  /** Empty: none. */
  readonly system: string
  readonly turns: readonly Turn[]
}
export type Turn = { readonly role: 'user' | 'assistant'; readonly text: string }

/** What the decision is made as if the conversation had. No model gets it. */
export const needNames = ['tools', 'image', 'schema'] as const
export type Need = (typeof needNames)[number]

export type ChatMessage = { readonly role: 'system' | Turn['role']; readonly content: unknown }

export const emptyConversation: Conversation = { system: '', turns: [{ role: 'user', text: '' }] }

/** Whether there is something to decide. */
export function isAsked({ turns }: Conversation): boolean {
  return turns.at(-1)?.text.trim() !== ''
}

/** The messages of a chat request; turns without text are left out. */
export function toMessages({ system, turns }: Conversation): readonly ChatMessage[] {
  const said = turns.filter(({ text }) => text.trim() !== '')
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]),
    ...said.map(({ role, text }) => ({ role, content: text })),
  ]
}

/** What `POST /playground/decide` takes. */
export function toDecideBody(model: string, conversation: Conversation, needs: readonly Need[]): object {
  const messages = toMessages(conversation)
  return {
    model,
    messages: needs.includes('image') ? withImage(messages) : messages,
    ...(needs.includes('tools') && { tools: [{ type: 'function', function: { name: 'tool' } }] }),
    ...(needs.includes('schema') && {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
    }),
  }
}

function withImage(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.at(-1)
  if (last === undefined) return messages
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,' } }
  return [
    ...messages.slice(0, -1),
    { role: last.role, content: [{ type: 'text', text: last.content }, image] },
  ]
}

/** Beyond it an address is cut by programs that pass it on. */
const mostLinkCharacters = 30_000

/** The part of an address after `#`, which no server gets; null if the conversation is too long for one. */
export function toFragment({ system, turns }: Conversation): string | null {
  const parameters = new URLSearchParams()
  if (system !== '') parameters.set('system', system)
  for (const { text } of turns) parameters.append('turn', text)
  const fragment = String(parameters)
  return fragment.length > mostLinkCharacters ? null : fragment
}

/** Null if the fragment has no conversation. */
export function fromFragment(fragment: string): Conversation | null {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''))
  const turns = parameters.getAll('turn')
  if (turns.length === 0) return null
  // The user begins and has the last word.
  const whole = turns.length % 2 === 1 ? turns : [...turns, '']
  return {
    system: parameters.get('system') ?? '',
    turns: whole.map((text, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', text })),
  }
}
