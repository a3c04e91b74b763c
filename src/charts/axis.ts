/** What an axis shows. */
export type ChartAxis = {
  /** With its unit: `dollars per request`. */
  readonly label: string
  /** @param step the distance between two ticks, for the digits that tell them apart. */
  readonly format: (value: number, step: number) => string
  /** The lowest and the highest value. Default: those of the data, at round numbers. */
  readonly domain?: readonly [number, number]
  /** Whether 0 is on the axis, as it should be for amounts such as dollars a day. Default: false. Has no effect with a `domain` or a logarithmic scale. */
  readonly hasZero?: boolean
  /** Default: `linear`. A logarithmic axis has only values above 0. */
  readonly scale?: 'linear' | 'log'
  /** The values with a tick, such as beginnings of months. Default: round numbers. */
  readonly ticks?: readonly number[]
}

export type AxisScale = {
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  readonly step: number
  /** The place of a value between the two ends of the axis, from 0 to 1 within its domain. */
  readonly toShare: (value: number) => number
  /** The value at a place. */
  readonly toValue: (share: number) => number
}

/**
 * The scale of an axis.
 *
 * @param values of the data, of which those that are no finite numbers are passed over.
 * @param mostTicks at least 2.
 */
export function createScale(axis: ChartAxis, values: Iterable<number>, mostTicks: number): AxisScale {
  return axis.scale === 'log'
    ? createLogScale(axis, values, mostTicks)
    : createLinearScale(axis, values, mostTicks)
}

const mostDecimals = 9

/** The decimals that write every tick of a step whole: 1 for 2.5, 2 for 0.25, 0 for 20. */
export function countTickDecimals(step: number): number {
  for (let decimals = 0; decimals < mostDecimals; decimals++) {
    const scaled = step * 10 ** decimals
    if (Math.abs(scaled - Math.round(scaled)) <= 1e-6 * scaled) return decimals
  }
  return mostDecimals
}

function createLinearScale(axis: ChartAxis, values: Iterable<number>, mostTicks: number): AxisScale {
  const shown = axis.hasZero === true ? [0, ...values] : values
  const [low, high] = axis.domain ?? roundRange(widen(rangeOf(shown, () => true)), mostTicks)
  const ticks = axis.ticks?.filter((tick) => tick >= low && tick <= high) ?? findTicks(low, high, mostTicks)
  return {
    domain: [low, high],
    ticks,
    step: findStep(high - low, mostTicks),
    toShare: (value) => (value - low) / (high - low),
    toValue: (share) => low + share * (high - low),
  }
}

function createLogScale(axis: ChartAxis, values: Iterable<number>, mostTicks: number): AxisScale {
  const [least, most] = axis.domain ?? rangeOf(values, (value) => value > 0) ?? [1, 10]
  const margin = axis.domain === undefined ? Math.max(0.04 * Math.log10(most / least), 0.08) : 0
  const [low, high] = [Math.log10(least) - margin, Math.log10(most) + margin]
  const domain = [10 ** low, 10 ** high] as const
  const ticks = axis.ticks?.filter((tick) => tick >= domain[0] && tick <= domain[1])
  return {
    domain,
    ticks: ticks ?? findLogTicks(domain[0], domain[1], mostTicks),
    step: domain[0],
    toShare: (value) => (Math.log10(value) - low) / (high - low),
    toValue: (share) => 10 ** (low + share * (high - low)),
  }
}

/** The round numbers from `low` to `high`, which can be negative: at most `most`. */
export function findTicks(low: number, high: number, most: number): readonly number[] {
  const step = findStep(high - low, most)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  // Without the last digits of a product that is no round number in binary, and without -0.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(15) || 0),
  )
}

/** The range with its ends at round numbers. */
export function roundRange([low, high]: readonly [number, number], most: number): readonly [number, number] {
  const step = findStep(high - low, most)
  const round = (steps: number) => Number((steps * step).toPrecision(15))
  return [round(Math.floor(low / step + 1e-9)), round(Math.ceil(high / step - 1e-9))]
}

/** The distance between ticks: 1, 2, 2.5 or 5 times a power of ten. @param range above 0. */
function findStep(range: number, most: number): number {
  const power = 10 ** Math.floor(Math.log10(range / most))
  const step = [1, 2, 2.5, 5, 10].find((factor) => range / (factor * power) <= most * (1 + 1e-9)) ?? 10
  return Number((step * power).toPrecision(15))
}

/** 1, 2 and 5 times powers of ten; powers only, or some of them, if that is too many. */
function findLogTicks(low: number, high: number, most: number): readonly number[] {
  const powers: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    powers.push(power)
  const within = (ticks: readonly number[]) => ticks.filter((tick) => tick >= low && tick <= high)
  const round = (value: number) => Number(value.toPrecision(3))
  const all = within(powers.flatMap((power) => [1, 2, 5].map((factor) => round(factor * 10 ** power))))
  if (all.length <= most) return all
  const tens = within(powers.map((power) => round(10 ** power)))
  const every = Math.ceil(tens.length / most)
  return tens.filter((_, index) => index % every === 0)
}

function rangeOf(
  values: Iterable<number>,
  isShown: (value: number) => boolean,
): readonly [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (!Number.isFinite(value) || !isShown(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? undefined : [low, high]
}

/** A range that is more than one value. */
function widen(range: readonly [number, number] | undefined): readonly [number, number] {
  if (range === undefined) return [0, 1]
  const [low, high] = range
  if (high > low) return range
  const room = low === 0 ? 1 : Math.abs(low) * 0.1
  return [low - room, low + room]
}
