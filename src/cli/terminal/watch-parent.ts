/**
 * Calls back once if the process that started this one ends.
 *
 * npm and npx hand a SIGTERM to the shell between them and this program, and the shell keeps it to itself: without
 * this, a program that npm has started goes on alone. Does nothing if npm has not started it.
 *
 * @param variables the environment, in which npm names the script that it runs.
 */
export function watchParent(
  variables: Readonly<Record<string, string | undefined>>,
  onEnd: () => void,
): void {
  if (variables.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    onEnd()
  }, checkedEveryMs)
  watch.unref()
}

const checkedEveryMs = 200
