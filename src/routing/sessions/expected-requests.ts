/** How many more requests a conversation is expected to have, learned from those that were seen. */
export type RequestCounts = {
  /** A conversation has begun. */
  addConversation(hasTools: boolean): void
  addRequest(hasTools: boolean): void
  /** Requests from now on, with the present one; 1 or more. */
  expected(hasTools: boolean): number
}

/**
 * Before anything is seen: an agent's conversation is taken to have 20 requests, another 4. These are assumptions, as
 * strong as `priorConversations` conversations.
 */
const priorRequests = { agent: 20, chat: 4 }
const priorConversations = 20

/**
 * The mean number of requests per conversation, with the prior: (20 · prior + requests) / (20 + conversations),
 * separately for conversations with and without tool calls. A conversation is taken to have as much before it at any
 * point (a geometric length).
 */
export function createRequestCounts(): RequestCounts {
  const counts = {
    agent: { conversations: 0, requests: 0 },
    chat: { conversations: 0, requests: 0 },
  }
  const kindOf = (hasTools: boolean) => (hasTools ? 'agent' : 'chat')
  return {
    addConversation(hasTools) {
      counts[kindOf(hasTools)].conversations++
    },
    addRequest(hasTools) {
      counts[kindOf(hasTools)].requests++
    },
    expected(hasTools) {
      const kind = kindOf(hasTools)
      const { conversations, requests } = counts[kind]
      const mean =
        (priorConversations * priorRequests[kind] + requests) / (priorConversations + conversations)
      return Math.max(1, mean)
    },
  }
}
