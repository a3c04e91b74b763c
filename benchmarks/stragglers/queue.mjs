/** What happens at a time, in the order of the times: a binary heap. Times are in seconds. */
export function createQueue() {
  const heap = []
  let now = 0

  function add(at, happen) {
    let place = heap.push({ at, happen }) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (heap[parent].at <= heap[place].at) break
      ;[heap[parent], heap[place]] = [heap[place], heap[parent]]
      place = parent
    }
  }

  function takeFirst() {
    const first = heap[0]
    const last = heap.pop()
    if (heap.length > 0) {
      heap[0] = last
      for (let place = 0; ; ) {
        const left = 2 * place + 1
        if (left >= heap.length) break
        const least = left + 1 < heap.length && heap[left + 1].at < heap[left].at ? left + 1 : left
        if (heap[place].at <= heap[least].at) break
        ;[heap[place], heap[least]] = [heap[least], heap[place]]
        place = least
      }
    }
    return first
  }

  return {
    add,
    now: () => now,
    run() {
      while (heap.length > 0) {
        const { at, happen } = takeFirst()
        now = at
        happen()
      }
    },
  }
}
