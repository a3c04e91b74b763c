// A simulated month of traffic whose kinds of work change.

/** @typedef {import('./world.mjs').WorldPrompt} WorldPrompt */
/** @typedef {import('../evidence/logs.mjs').Random} Random */

/**
 * @typedef {object} Day
 * @property {Readonly<Record<string, number>>} shares of the kinds of work
 * @property {readonly Session[]} labelled drawn at random for labels
 * @property {readonly Session[]} rated by their clients
 * @property {readonly Session[]} traffic a sample of the other sessions, of prompts that are never labelled and never rated
 *
 * @typedef {{ readonly prompts: readonly number[], readonly hour: number }} Session
 *
 * @typedef {object} MonthOptions
 * @property {number} seed
 * @property {(seed: number) => Random} createRandom
 * @property {boolean} drifts whether the kinds of work change
 * @property {number} days
 * @property {number} labelledSessions each day
 * @property {number} ratedSessions each day
 * @property {number} trafficSessions each day, of which the policies are measured
 */

/** Of the prompts, those that labelled and rated sessions are made of, each once; traffic is measured on the others. */
const labelledShare = 0.8
/** Kinds of work at the beginning of the month; the others appear later. */
const kindsAtFirst = 6
/** A subject of which fewer prompts are left is not asked any more, neither in labelled sessions nor in others. */
const leastPrompts = 3

/**
 * Days of sessions with one to three requests of one subject. If the month drifts, four kinds of work appear on days 6 to 22
 * and grow for five days, and the shares of all wander.
 *
 * @param {readonly WorldPrompt[]} world @param {MonthOptions} options @returns {Day[]}
 */
export function drawMonth(
  world,
  { seed, createRandom, drifts, days, labelledSessions, ratedSessions, trafficSessions },
) {
  const random = createRandom(seed)
  const subjects = splitPrompts(world, random)
  const kinds = drawKinds(world, drifts, random)
  return Array.from({ length: days }, (_, day) => {
    for (const kind of kinds) if (drifts) kind.weight *= Math.exp(0.1 * random.nextGaussian())
    const open = subjects.filter(({ labelled }) => labelled.length >= leastPrompts)
    const shares = sharesOn(day, kinds, open)
    const bySize = new Map(kinds.map(({ name }) => [name, open.filter(({ kind }) => kind === name)]))
    /** @param {(subject: Subject, requests: number) => number[]} take @returns {Session} */
    const draw = (take) => {
      const kind = drawWeighted(kinds, ({ name }) => shares[name] ?? 0, random)
      const subject = drawWeighted(bySize.get(kind.name) ?? [], ({ size }) => size, random)
      const requests = 1 + random.nextInt(leastPrompts)
      return { prompts: take(subject, requests), hour: drawHour(random) }
    }
    const traffic = Array.from({ length: trafficSessions }, () =>
      draw(({ measured }, requests) =>
        Array.from({ length: requests }, () => measured[random.nextInt(measured.length)]),
      ),
    )
    const [labelled, rated] = [labelledSessions, ratedSessions].map((length) =>
      Array.from({ length }, () => draw(({ labelled: left }, requests) => left.splice(-requests))).filter(
        ({ prompts }) => prompts.length > 0,
      ),
    )
    return { shares, labelled, rated, traffic }
  })
}

/** @typedef {{ kind: string, size: number, labelled: number[], measured: number[] }} Subject */

/** @returns {Subject[]} */
function splitPrompts(world, random) {
  const places = new Map()
  for (const [place, { subject }] of world.entries())
    places.set(subject, [...(places.get(subject) ?? []), place])
  return [...places.values()].map((each) => {
    shuffle(each, random)
    const labelled = Math.round(labelledShare * each.length)
    return {
      kind: world[each[0]].kind,
      size: each.length,
      labelled: each.slice(0, labelled),
      measured: each.slice(labelled),
    }
  })
}

function drawKinds(world, drifts, random) {
  const names = [...new Set(world.map(({ kind }) => kind))].sort()
  shuffle(names, random)
  return names.map((name, place) => ({
    name,
    weight:
      world.filter(({ kind }) => kind === name).length * (drifts ? Math.exp(0.3 * random.nextGaussian()) : 1),
    from: !drifts || place < kindsAtFirst ? null : 6 + random.nextInt(17),
  }))
}

function sharesOn(day, kinds, open) {
  const isOpen = new Set(open.map(({ kind }) => kind))
  const weights = kinds.map(({ name, weight, from }) =>
    isOpen.has(name) ? weight * (from === null ? 1 : Math.min(1, Math.max(0, (day - from) / 5))) : 0,
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Object.fromEntries(kinds.map(({ name }, place) => [name, weights[place] / total]))
}

/** More work by day than by night. */
function drawHour(random) {
  return Math.min(23, Math.max(0, Math.round(13 + 4 * random.nextGaussian())))
}

function drawWeighted(items, weightOf, random) {
  let rest = random.next() * items.reduce((sum, item) => sum + weightOf(item), 0)
  for (const item of items) {
    rest -= weightOf(item)
    if (rest < 0) return item
  }
  return items.at(-1)
}

function shuffle(items, random) {
  for (let end = items.length - 1; end > 0; end--) {
    const other = random.nextInt(end + 1)
    ;[items[end], items[other]] = [items[other], items[end]]
  }
}
