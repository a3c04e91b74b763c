import type { Random } from '../../../../base/math/random.ts'

/** What a customer of a made-up hosting company asks, with an answer that helps and one that does not. */
export type Ticket = {
  readonly prompt: string
  readonly goodAnswer: string
  readonly poorAnswer: string
  /** How often the small model's answer is the poor one, 0 to 1. */
  readonly failureRate: number
  /** Tokens that the large model bills for its answer, on average. */
  readonly outputTokens: number
}

type Template = readonly [
  prompt: string,
  good: string,
  poor: string,
  failureRate: number,
  outputTokens: number,
]

/** Some look hard and are easy for a small model, and the other way round: a router that was not trained on them errs. */
const templates: readonly Template[] = [
  [
    'How do I reset the password of my {product}?',
    'Open the customer centre, choose your {product}, then "Access" and "New password". A link comes by mail and is valid for an hour.',
    'You can reset it in the settings.',
    0.01,
    140,
  ],
  [
    'Where do I find the invoice of {month} for my {product}?',
    'Customer centre, "Invoices", filter by {month}. Each line names the service; the {product} is listed with its contract number.',
    'Invoices are sent by mail.',
    0.01,
    120,
  ],
  [
    'Translate this status message into {language}: the {product} in {region} is available again.',
    'In {language}, with the register of a status page: the service is named first, then the place, then that it works again.',
    'Here is a translation of the message.',
    0.01,
    90,
  ],
  [
    'Write a polite reply that the {product} will be back in {hours} hours.',
    'Thank you for your patience. Our engineers have found the cause, and the {product} will be back within {hours} hours. We will write again as soon as it is.',
    'It will be back in {hours} hours.',
    0.02,
    150,
  ],
  [
    'Summarise in one sentence: a customer in {region} asks for a larger {product} from {month} on.',
    'A customer in {region} wants a larger {product} as of {month}.',
    'A customer asks for something.',
    0.01,
    60,
  ],
  [
    'Explain the difference between a {product} and a dedicated server in two sentences.',
    'A {product} shares a machine with others and is managed for you. A dedicated server is a machine of your own, with all of its resources and all of its upkeep.',
    'A dedicated server is better than a {product}.',
    0.03,
    180,
  ],
  [
    'Derive how many {product} instances are needed if each serves {hours} requests a second and the peak is 480.',
    'The peak divided by what one serves, 480 / {hours}, rounded up; one more, so that one can fail without a queue.',
    'About ten instances should do.',
    0.05,
    320,
  ],
  [
    'Prove that two {product} replicas in {region} are enough for an availability of 99.9 %, if each is up 97 % of the time.',
    'Both are down at once with probability .03 · .03 = .0009 if they fail independently, so one is up 99.91 % of the time, which is at least 99.9 %. In one data centre of {region} they do not fail independently, so put them into two.',
    'Two replicas are twice as available, so that is enough.',
    0.06,
    520,
  ],
  [
    'Why was I billed twice for the {product} in {month}? The second line says proration.',
    'You changed the plan during {month}. The first line is the old plan until the change, the proration line the new plan from then on; together they are one month. From the next invoice on there is one line.',
    'That seems to be a mistake. We will refund the second line.',
    0.75,
    420,
  ],
  [
    'The credit note of {month} does not match the refund for my {product}. Which one is right?',
    'The credit note is right. The refund is lower because the open amount of the invoice before was settled first; the difference is on the account statement of {month}.',
    'The refund is right, please ignore the credit note.',
    0.8,
    460,
  ],
  [
    'Which tariff is cheapest for {hours} hours of {product} a month, with the discount of {month}?',
    'Below about 30 hours a month the hourly tariff is cheapest, above it the flat one; the discount of {month} moves that to 24 hours. For {hours} hours compare with 24.',
    'The flat tariff is always cheapest.',
    0.7,
    380,
  ],
  [
    'Our {product} in {region} returns 502 every {hours} minutes since the migration. Why?',
    'The period fits the idle limit of the load balancer: it closes connections that your application keeps longer. Set the keep-alive of the application below {hours} minutes, or the idle limit above it, and look whether the 502 go with it.',
    'Please restart the {product} and clear the cache of your browser.',
    0.65,
    640,
  ],
  [
    'Write the DNS records that move mail of our {product} to {region} without downtime.',
    'Two days before: TTL 300 on MX and SPF. Then a second MX with a higher number that points to {region}, SPF with both servers, DKIM under a new selector. Swap the numbers of the MX, wait two days, remove the old one.',
    'Change the MX record to the new server.',
    0.6,
    700,
  ],
  [
    'May we keep backups of the {product} of a {language} customer outside of the EU?',
    'Only with a basis for the transfer: an adequacy decision for that country, or standard contractual clauses with an assessment. The contract with the customer must name the place. Without either keep them in {region}.',
    'Yes, if they are encrypted.',
    0.7,
    560,
  ],
]

const slots: Readonly<Record<string, readonly string[]>> = {
  product: ['web server', 'database', 'mailbox', 'object store', 'cluster', 'load balancer', 'domain'],
  month: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  language: ['German', 'French', 'Spanish', 'Dutch', 'Polish', 'Italian', 'Portuguese', 'Swedish'],
  region: ['Frankfurt', 'Dublin', 'Paris', 'Warsaw', 'Milan', 'Madrid', 'Oslo', 'Zurich'],
  hours: ['2', '3', '4', '6', '8', '12', '24', '36', '48', '72'],
}

export function drawTicket(random: Random): Ticket {
  const [prompt, good, poor, failureRate, outputTokens] = pick(random, templates)
  const chosen = new Map(Object.entries(slots).map(([slot, values]) => [slot, pick(random, values)]))
  const fill = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, slot: string) => chosen.get(slot) ?? whole)
  return {
    prompt: fill(prompt),
    goodAnswer: fill(good),
    poorAnswer: fill(poor),
    failureRate,
    outputTokens,
  }
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.nextInt(items.length)]!
}
