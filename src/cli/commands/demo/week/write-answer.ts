import type { ModelName } from './model-names.ts'
import type { Ticket } from './tickets.ts'
import { toUnit } from './to-unit.ts'

/**
 * What a model answers to a ticket: the large one at length, the small one in a sentence or two. The same for the same prompt.
 *
 * @param helps whether the answer is a good one.
 */
export function writeAnswer(model: ModelName, ticket: Ticket, helps: boolean): string {
  const choose = (from: readonly string[]) =>
    from[Math.floor(toUnit(`${model} ${ticket.prompt}`) * from.length)]!
  switch (model) {
    case 'large':
      return join([
        choose(openings),
        helps ? ticket.good : ticket.poor,
        helps ? ticket.detail : '',
        choose(closings),
      ])
    case 'medium':
      return join([helps ? ticket.good : ticket.poor, choose(closings)])
    case 'small':
      return join([helps ? ticket.brief : ticket.poor, choose(farewells)])
  }
}

const openings = [
  'Hello, thank you for your message. I have looked at it in detail.',
  'Hello, and thank you for asking.',
  'Thank you for writing to us. Here is the answer, with what it rests on.',
]
const closings = [
  'What happens next: the ticket stays open for three days. Reply to it if anything is unclear, and the same team answers.',
  'If this is not what you see, reply with the number of your contract and the time at which it happened.',
  'You need to do nothing else. We will close the ticket on the third day without a reply.',
]
const farewells = ['Does this help?', 'Kind regards.', '']

function join(paragraphs: readonly string[]): string {
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
}
