// The `node:timers/promises` of the bundle (scripts/setup/bundle-edge.mjs).

/** The next turn of the event loop. */
export function setImmediate(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}
