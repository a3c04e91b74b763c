import { routellm } from '../command-line.ts'

/** `routellm serve` in this process, in a folder. */
export type ServedFolder = {
  readonly url: string
  /** What it has said, line by line. */
  readonly notes: readonly string[]
  /** Resolves once it says something with this text, from now on. */
  says(text: string): Promise<void>
  /** Reads the configuration and the lock file again. */
  reload(): Promise<Response>
  chat(model: string, content: string, headers?: Record<string, string>): Promise<Response>
  admin(path: string): Promise<Response>
  stop(): Promise<number>
}

const adminToken = 'planted-admin-token'

/** Rejects with what it said if it does not start. */
export async function serveFolder(folder: string, argv: readonly string[] = []): Promise<ServedFolder> {
  const controller = new AbortController()
  const notes: string[] = []
  const listeners = new Set<(line: string) => void>()
  let onUrl: (url: string) => void = () => {}
  const listening = new Promise<string>((resolve) => {
    onUrl = resolve
  })
  const finished = routellm(['serve', '--port', '0', ...argv], {
    folder,
    variables: { ROUTELLM_ADMIN_TOKEN: adminToken },
    signal: controller.signal,
    onNote: (line) => {
      notes.push(line)
      for (const listener of listeners) listener(line)
      const url = /serves (\S+)\/v1/.exec(line)?.[1]
      if (url !== undefined) onUrl(url)
    },
  })
  const url = await Promise.race([
    listening,
    finished.then(({ exitCode, stderr }) =>
      Promise.reject(new Error(`it stopped with ${exitCode}: ${stderr}`)),
    ),
  ])
  const headers = { authorization: `Bearer ${adminToken}` }
  return {
    url,
    notes,
    says: (text) =>
      new Promise((resolve) => {
        const listener = (line: string) => {
          if (!line.includes(text)) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
      }),
    reload: () => fetch(`${url}/admin/api/reload`, { method: 'POST', headers }),
    chat: (model, content, more = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more },
        body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
      }),
    admin: (path) => fetch(`${url}/admin/api/${path}`, { headers }),
    async stop() {
      controller.abort()
      return (await finished).exitCode
    },
  }
}
