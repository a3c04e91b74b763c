/** How long a switch is expected to last, learned from the conversations that were seen. */
export type RequestCounts = {
  add(request: CountedRequest): void
  expected(hasTools: boolean): ExpectedRun
}

export type CountedRequest = {
  /** Whether the conversation has tools: agents' conversations are counted apart from others. */
  readonly hasTools: boolean
  readonly isFirst: boolean
  /** Whether the user has spoken again, and the policy wants another model than it did at the request before. */
  readonly isChange: boolean
}

/** From now on, until the conversation ends or the policy wants another model. */
export type ExpectedRun = {
  /** Requests, with the present one; 1 or more. */
  readonly requests: number
  /** How likely the run ends because the policy wants another model, in [0, 1]. */
  readonly changeShare: number
}

type Counts = { conversations: number; requests: number; changes: number }

/**
 * Before anything is seen: so many conversations. An agent's has 20 requests, and the user speaks again at every seventh;
 * another has 4, and the user speaks at each after the first. At three of ten of these turns the policy wants another
 * model. These are assumptions.
 */
const priors: Readonly<Record<'agent' | 'chat', Counts>> = {
  agent: { conversations: 20, requests: 400, changes: 18 },
  chat: { conversations: 20, requests: 80, changes: 18 },
}

/**
 * Counts ends and changes as events of constant rate. With conversations N, their requests n and changes c, a request is
 * the last one at the rate N/n, and one before a change at the rate c/n:
 *
 *     requests = n / (N + c)     changeShare = c / (N + c)
 */
export function createRequestCounts(): RequestCounts {
  const counts = { agent: { ...priors.agent }, chat: { ...priors.chat } }
  return {
    add({ hasTools, isFirst, isChange }) {
      const of = counts[hasTools ? 'agent' : 'chat']
      of.requests++
      if (isFirst) of.conversations++
      if (isChange) of.changes++
    },
    expected(hasTools) {
      const { conversations, requests, changes } = counts[hasTools ? 'agent' : 'chat']
      const ends = conversations + changes
      return { requests: Math.max(1, requests / ends), changeShare: changes / ends }
    },
  }
}
