/** The replies that a client got, as they came from the gateway. */
export type WatchedFetch = {
  readonly fetch: typeof fetch
  readonly replies: readonly WatchedReply[]
  /** Resolves with the head of the first reply. */
  readonly head: Promise<void>
}

export type WatchedReply = {
  readonly id: string
  readonly status: number
  readonly translation: string | null
  readonly dropped: readonly string[]
  /** The body as far as it came. */
  readonly text: Promise<string>
}

/** The global `fetch`, with a look at each reply. */
export function watchFetch(): WatchedFetch {
  const replies: WatchedReply[] = []
  let onHead: (() => void) | undefined
  const head = new Promise<void>((resolve) => {
    onHead = resolve
  })
  return {
    replies,
    head,
    async fetch(input, init) {
      const reply = await fetch(input, init)
      const { status, headers } = reply
      replies.push({
        id: headers.get('x-routellm-request-id') ?? '',
        status,
        translation: headers.get('x-routellm-translation'),
        dropped: headers.get('x-routellm-dropped')?.split(', ') ?? [],
        text: readText(reply.clone()),
      })
      onHead?.()
      return reply
    },
  }
}

async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true })
  } catch {
    // The reply broke off, or the client left.
  }
  return text
}
