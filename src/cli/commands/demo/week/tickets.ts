import type { Random } from '../../../../base/math/random.ts'
import { type TicketTemplate, ticketTemplates } from './ticket-templates.ts'

/** A question of a customer, with what can be answered. */
export type Ticket = TicketTemplate

const slots: Readonly<Record<string, readonly string[]>> = {
  product: ['web server', 'database', 'mailbox', 'object store', 'cluster', 'load balancer', 'domain'],
  month: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  language: ['German', 'French', 'Spanish', 'Dutch', 'Polish', 'Italian', 'Portuguese', 'Swedish'],
  region: ['Frankfurt', 'Dublin', 'Paris', 'Warsaw', 'Milan', 'Madrid', 'Oslo', 'Zurich'],
  hours: ['2', '3', '4', '6', '8', '12', '24', '36', '48', '72'],
}

export function drawTicket(random: Random): Ticket {
  const { failureRate, ...texts } = pick(random, ticketTemplates)
  const chosen = new Map(Object.entries(slots).map(([slot, values]) => [slot, pick(random, values)]))
  const fill = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, slot: string) => chosen.get(slot) ?? whole)
  return {
    failureRate,
    prompt: fill(texts.prompt),
    good: fill(texts.good),
    detail: fill(texts.detail),
    brief: fill(texts.brief),
    poor: fill(texts.poor),
  }
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.nextInt(items.length)]!
}
