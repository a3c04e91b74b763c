// Node's globals that the bundle's code uses (scripts/setup/bundle-edge.mjs).
export { Buffer } from './buffer.ts'

export const process = {
  nextTick<Arguments extends readonly unknown[]>(
    task: (...given: Arguments) => void,
    ...given: Arguments
  ): void {
    queueMicrotask(() => task(...given))
  },
}

export function setImmediate<Arguments extends readonly unknown[]>(
  task: (...given: Arguments) => void,
  ...given: Arguments
): void {
  setTimeout(task, 0, ...given)
}
