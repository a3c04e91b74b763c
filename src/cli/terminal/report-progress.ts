/** How far the long work of a command is. */
export type CommandProgress = {
  readonly stage: string
  readonly done: number
  /** null if it is not known. */
  readonly total: number | null
}

/** The part of `process` that talks to the parent of a process with an IPC channel. */
type ParentChannel = Pick<NodeJS.Process, 'send' | 'connected' | 'once' | 'channel'>

const reportEveryMs = 100

/**
 * Reports the progress of a command to the process that started it with an IPC channel, such as a server, at most ten times
 * a second and at the beginning of each stage. The messages are `{"progress": {"stage", "done", "total"}}`.
 *
 * @param onParentEnd called if that process ends after the first report: nobody waits for the result any more.
 * @returns undefined if there is no such channel.
 */
export function createProgressReporter(
  channel: ParentChannel,
  onParentEnd: () => void,
  now: () => number = () => performance.now(),
): ((progress: CommandProgress) => void) | undefined {
  if (channel.send === undefined) return undefined
  let last: { readonly stage: string; readonly time: number } | null = null
  return ({ stage, done, total }) => {
    if (last === null) {
      channel.once('disconnect', onParentEnd)
      // The listener does not keep the process alive.
      channel.channel?.unref()
    }
    if (last?.stage === stage && done !== total && now() - last.time < reportEveryMs) return
    last = { stage, time: now() }
    // A channel that closes meanwhile is no failure of the command.
    if (channel.connected) channel.send?.({ progress: { stage, done, total } }, undefined, {}, () => {})
  }
}
