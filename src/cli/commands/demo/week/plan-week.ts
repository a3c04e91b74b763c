import type { Random } from '../../../../base/math/random.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { drawTicket, type Ticket } from './tickets.ts'

/** A request of the week that is made up. */
export type PlannedRequest = {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly session: string
  /** The client: a name below `keys` of the configuration. */
  readonly key: KeyName
  readonly model: string
  readonly tags: readonly string[]
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly ticket: Ticket
  /** Whether somebody says how good the answers are. */
  readonly isJudged: boolean
}

export const keyNames = ['desk', 'chat', 'agent', 'nightly'] as const
export type KeyName = (typeof keyNames)[number]

const dayMs = 86_400_000
const hourMs = 3_600_000
const days = 7

/**
 * The traffic of seven days before `until`, in the order of time: single questions, conversations, an assistant with a long
 * system prompt, and a batch each night. The same seed and `until` give the same requests.
 */
export function planWeek({ requests, until, seed }: WeekOptions): PlannedRequest[] {
  const random = createRandom(seed)
  const planned: PlannedRequest[] = []
  for (let session = 0; planned.length < requests; session++) {
    const [key, model, leastTurns, moreTurns] = pickClient(random)
    const start = drawTime(random, until, key)
    const turns = leastTurns + random.nextInt(moreTurns + 1)
    const messages: { role: string; content: string }[] =
      key === 'agent' ? [{ role: 'system', content: handbook }] : []
    let time = start
    for (let turn = 0; turn < turns && time < until; turn++) {
      const ticket = drawTicket(random)
      messages.push({ role: 'user', content: ticket.prompt })
      planned.push({
        time,
        session: `ticket-${session.toString(36).padStart(4, '0')}`,
        key,
        model,
        tags: key === 'nightly' ? ['batch'] : [],
        messages: [...messages],
        ticket,
        isJudged: key === 'desk' || (key === 'chat' && turn === 0),
      })
      messages.push({ role: 'assistant', content: ticket.good })
      time += 20_000 + random.nextInt(key === 'chat' ? 500_000 : 120_000)
    }
  }
  return planned.sort((one, other) => one.time - other.time)
}

export type WeekOptions = {
  /** At least; the last session is not cut. */
  readonly requests: number
  /** The time after the last one. */
  readonly until: number
  readonly seed: number
}

function pickClient(
  random: Random,
): readonly [key: KeyName, model: string, leastTurns: number, moreTurns: number] {
  const chance = random.next()
  if (chance < 0.78) return ['desk', 'auto', 1, 0]
  if (chance < 0.91) return ['chat', 'auto', 2, 3]
  if (chance < 0.95) return ['agent', 'policy-agents', 3, 7]
  return ['nightly', 'small', 1, 0]
}

/** Most in working hours, less at weekends; the batch between two and three in the morning. */
function drawTime(random: Random, until: number, key: KeyName): number {
  for (;;) {
    const time = until - random.next() * days * dayMs
    const date = new Date(time)
    const hour = date.getUTCHours() + date.getUTCMinutes() / 60
    if (key === 'nightly') {
      const night = Math.floor(time / dayMs) * dayMs + 2 * hourMs + random.next() * hourMs
      if (night < until && night > until - days * dayMs) return Math.floor(night)
      continue
    }
    const isWeekend = date.getUTCDay() % 6 === 0
    const activity = 0.12 + 0.88 * Math.exp(-(((hour - 13.5) / 4.2) ** 2))
    if (random.next() < activity * (isWeekend ? 0.35 : 1)) return Math.floor(time)
  }
}

/** Some 1,300 tokens, so that providers would cache it. */
const handbook = Array.from({ length: 24 }, (_, index) => {
  const topic = pickTopic(index)
  return `${index + 1}. ${topic}: answer in the customer's language, name the contract, say what happens next and until when. Never promise a refund before the account statement was read, never name another customer, and hand over to a person if the customer asks for one or has written twice about the same thing.`
}).join('\n')

function pickTopic(index: number): string {
  const topics = [
    'Invoices',
    'Credit notes',
    'Tariffs',
    'Outages',
    'Mail and DNS',
    'Backups',
    'Access',
    'Moves',
  ]
  return topics[index % topics.length]!
}
