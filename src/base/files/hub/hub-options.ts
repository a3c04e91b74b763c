/** How to reach a hub. The environment is not read here; the command line maps its variables to these options. */
export type HubOptions = {
  /** Branch, tag or commit, as in `owner/name@revision`. Default: `main`. */
  readonly revision?: string
  /** A mirror, or a private server. Default: `https://huggingface.co`. */
  readonly endpoint?: string
  /** The hub cache that is shared with other tools. Default: `~/.cache/huggingface/hub`. */
  readonly cacheFolder?: string
  /** Use only the cache and no network. */
  readonly offline?: boolean
  /** Access token for private and gated models. Sent to `endpoint` only. */
  readonly token?: string
  /** The files that are needed. Default: those of a router artifact, or else of an upstream checkpoint. */
  readonly files?: readonly string[]
  readonly fetch?: typeof fetch
  /** Further attempts after a broken download. Default: 2. */
  readonly retries?: number
  /** Wait before the first of them; doubles with each. Default: 500. */
  readonly retryDelayMs?: number
}
