/**
 * Counts what was used within the last minute, by the second: constant time, and 61 numbers of memory. So a limit holds
 * for every span of 60 seconds. A token bucket would let twice its size through in the minute that follows a quiet one.
 */
export class MinuteWindow {
  /** What was used in each of the latest 61 seconds: the oldest one is still partly within the minute. */
  readonly #seconds = new Float64Array(windowSeconds)
  #newest = 0
  #total = 0

  /** What was used within the minute before `time`, in milliseconds. */
  used(time: number): number {
    this.#advance(time)
    return this.#total
  }

  /** @returns the second that the amount is counted in, for `change`. */
  add(time: number, amount: number): number {
    this.#advance(time)
    this.#change(this.#newest, amount)
    return this.#newest
  }

  /** Corrects what was added in a second. Nothing, if that is longer ago than a minute. */
  change(time: number, second: number, difference: number): void {
    this.#advance(time)
    if (second > this.#newest - windowSeconds) this.#change(second, difference)
  }

  /** Whole seconds, from 1, until `amount` more is at most `limit`; until all is over, if it never is. */
  secondsUntil(time: number, amount: number, limit: number): number {
    this.#advance(time)
    let left = this.#total
    for (let second = this.#newest - windowSeconds + 1; second <= this.#newest; second++) {
      left -= this.#seconds[second % windowSeconds]!
      if (left + amount > limit && second < this.#newest) continue
      return Math.max(1, Math.ceil(second + windowSeconds - time / 1000))
    }
    return 1
  }

  #change(second: number, amount: number): void {
    this.#seconds[second % windowSeconds]! += amount
    this.#total += amount
  }

  /** A clock that goes back counts into the newest second. */
  #advance(time: number): void {
    const now = Math.floor(time / 1000)
    if (now - this.#newest >= windowSeconds) {
      this.#seconds.fill(0)
      this.#total = 0
      this.#newest = now
    }
    while (this.#newest < now) {
      this.#newest++
      this.#total -= this.#seconds[this.#newest % windowSeconds]!
      this.#seconds[this.#newest % windowSeconds] = 0
    }
  }
}

const windowSeconds = 61
