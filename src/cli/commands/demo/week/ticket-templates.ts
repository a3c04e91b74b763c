/** What customers of a made-up hosting company ask, with answers of different lengths. `{product}` is filled in. */
export type TicketTemplate = {
  readonly prompt: string
  readonly good: string
  /** What a thorough answer says after the good one. */
  readonly detail: string
  /** The good answer in a few words. */
  readonly brief: string
  readonly poor: string
  /** How often the small model's answer is the poor one, 0 to 1. */
  readonly failureRate: number
}

/** Some look hard and are easy for a small model, and the other way round: a router that was not trained on them errs. */
export const ticketTemplates: readonly TicketTemplate[] = [
  {
    prompt: 'How do I reset the password of my {product}?',
    good: 'Open the customer centre, choose your {product}, then "Access" and "New password". A link comes by mail and is valid for an hour.',
    detail:
      'If the mail does not come, look into the folder for spam, and whether the address in the customer centre is still yours. After three wrong passwords access is locked for 15 minutes.',
    brief: 'Settings, "Access", "New password" for the {product}. The link in the mail is valid for an hour.',
    poor: 'You can reset it in the settings.',
    failureRate: 0.01,
  },
  {
    prompt: 'Where do I find the invoice of {month} for my {product}?',
    good: 'Customer centre, "Invoices", filter by {month}. Each line names the service; the {product} is listed with its contract number.',
    detail:
      'Invoices of the last ten years are there, as PDF and as CSV. If the line is missing, the {product} belongs to another contract: choose that one at the top right.',
    brief: 'In the customer centre under "Invoices": filter by {month} and look for the {product}.',
    poor: 'Invoices are sent by mail.',
    failureRate: 0.01,
  },
  {
    prompt: 'Translate this status message into {language}: the {product} in {region} is available again.',
    good: 'In {language}, with the register of a status page: the service is named first, then the place, then that it works again.',
    detail: 'No excuse and no promise is added, because the message in English has none.',
    brief: 'In {language}: the {product} in {region} works again.',
    poor: 'Here is a translation of the message.',
    failureRate: 0.01,
  },
  {
    prompt: 'Write a polite reply that the {product} will be back in {hours} hours.',
    good: 'Thank you for your patience. Our engineers have found the cause, and the {product} will be back within {hours} hours. We will write again as soon as it is.',
    detail:
      'If you cannot wait that long, reply to this message, and we will look for a way around it with you.',
    brief:
      'Thank you for waiting. The {product} will be back in {hours} hours, and we are sorry for the trouble.',
    poor: 'It will be back in {hours} hours.',
    failureRate: 0.02,
  },
  {
    prompt: 'Summarise in one sentence: a customer in {region} asks for a larger {product} from {month} on.',
    good: 'A customer in {region} wants a larger {product} as of {month}.',
    detail: '',
    brief: 'Customer in {region}: wants a larger {product} from {month}.',
    poor: 'A customer asks for something.',
    failureRate: 0.01,
  },
  {
    prompt: 'Explain the difference between a {product} and a dedicated server in two sentences.',
    good: 'A {product} shares a machine with others and is managed for you. A dedicated server is a machine of your own, with all of its resources and all of its upkeep.',
    detail:
      'With steady load and people who look after it a dedicated server is cheaper; with a load that varies, a {product}.',
    brief:
      'A {product} is managed and shares its machine. A dedicated server is all yours, and so is the work on it.',
    poor: 'A dedicated server is better than a {product}.',
    failureRate: 0.03,
  },
  {
    prompt:
      'Derive how many {product} instances are needed if each serves {hours} requests a second and the peak is 480.',
    good: 'The peak divided by what one serves, 480 / {hours}, rounded up; one more, so that one can fail without a queue.',
    detail:
      'The steps: the peak is 480 requests a second; one instance serves {hours} of them; n instances serve n times {hours}; so n is at least 480 / {hours}. The reserve lets one instance fail or be updated at the peak. If they are to stay below 70 % of their load, divide by 0.7 first and then round.',
    brief: '480 / {hours}, rounded up, and one more in reserve.',
    poor: 'About ten instances should do.',
    failureRate: 0.05,
  },
  {
    prompt:
      'Prove that two {product} replicas in {region} are enough for an availability of 99.9 %, if each is up 97 % of the time.',
    good: 'Both are down at once with probability .03 · .03 = .0009 if they fail independently, so one is up 99.91 % of the time, which is at least 99.9 %. In one data centre of {region} they do not fail independently, so put them into two.',
    detail:
      'The assumption in detail: let A and B be the events that one replica is down, P(A) = P(B) = .03. The service is down if A and B hold, and P(A and B) = P(A) P(B) only if they are independent. A shared power line, a shared release or a shared network in {region} makes P(A and B) larger; from .001 on the promise of 99.9 % is broken.',
    brief: 'Each is down 3 % of the time, both at once .09 % if independent: 99.91 % is more than 99.9 %.',
    poor: 'Two replicas are twice as available, so that is enough.',
    failureRate: 0.06,
  },
  {
    prompt: 'Why was I billed twice for the {product} in {month}? The second line says proration.',
    good: 'You changed the plan during {month}. The first line is the old plan until the change, the proration line the new plan from then on; together they are one month. From the next invoice on there is one line.',
    detail:
      'To check it: the days of both lines add up to the days of {month}, and each line is its monthly price times its days, divided by those of the month. If they do not add up, reply with the number of the invoice, and a person of the accounts looks at it. Nothing is refunded before that, because both lines are due.',
    brief:
      'The plan was changed in {month}: one line is the old plan, the proration line the new one. Together they are one month.',
    poor: 'That seems to be a mistake. We will refund the second line.',
    failureRate: 0.75,
  },
  {
    prompt: 'The credit note of {month} does not match the refund for my {product}. Which one is right?',
    good: 'The credit note is right. The refund is lower because the open amount of the invoice before was settled first; the difference is on the account statement of {month}.',
    detail:
      'The statement has three lines for it: the credit note with its full amount, the open invoice that was settled, and the refund, which is the difference of the two. If you would rather have had the whole amount and pay the invoice yourself, tell us within 14 days, and we will turn the settlement around. Your books need the credit note, not the refund.',
    brief:
      'The credit note. An open amount was settled from the refund first; see the account statement of {month}.',
    poor: 'The refund is right, please ignore the credit note.',
    failureRate: 0.8,
  },
  {
    prompt: 'Which tariff is cheapest for {hours} hours of {product} a month, with the discount of {month}?',
    good: 'Below about 30 hours a month the hourly tariff is cheapest, above it the flat one; the discount of {month} moves that to 24 hours. For {hours} hours compare with 24.',
    detail:
      'The reckoning: the flat price divided by the price of an hour gives the hours at which both cost the same, 30 without a discount. The discount of {month} applies to the flat price only and makes it a fifth cheaper, so the limit falls to 24. If your hours vary from month to month, take the mean of the last three; the tariff can be changed on the first of each month.',
    brief:
      'Hourly below about 24 hours with the discount of {month}, flat above. Compare your {hours} hours with that.',
    poor: 'The flat tariff is always cheapest.',
    failureRate: 0.7,
  },
  {
    prompt: 'Our {product} in {region} returns 502 every {hours} minutes since the migration. Why?',
    good: 'The period fits the idle limit of the load balancer: it closes connections that your application keeps longer. Set the keep-alive of the application below {hours} minutes, or the idle limit above it, and look whether the 502 go with it.',
    detail:
      'To be sure, look at the log of the load balancer in {region}: such a 502 has an upstream time of almost zero and "connection reset" beside it. If the time is long instead, the application is slow, and the migration may have left it without its cache. Change one of the two limits at a time, and wait for two periods before you judge. If it goes on, send us ten lines of both logs from the same minute.',
    brief:
      'It looks like an idle limit between the load balancer and the application: align the two for the {product}.',
    poor: 'Please restart the {product} and clear the cache of your browser.',
    failureRate: 0.65,
  },
  {
    prompt: 'Write the DNS records that move mail of our {product} to {region} without downtime.',
    good: 'Two days before: TTL 300 on MX and SPF. Then a second MX with a higher number that points to {region}, SPF with both servers, DKIM under a new selector. Swap the numbers of the MX, wait two days, remove the old one.',
    detail:
      'As records:\nexample.org. 300 MX 10 mail-old.example.org.\nexample.org. 300 MX 20 mail-new.example.org.\nexample.org. 300 TXT "v=spf1 a:mail-old.example.org a:mail-new.example.org -all"\nnew._domainkey.example.org. 300 TXT "v=DKIM1; k=rsa; p=..."\nBefore the swap send a mail to each server, and afterwards look whether the queue of the old one stays empty. If mail is lost, swap the numbers back: with a TTL of 300 that takes five minutes. Raise the TTL again at the end.',
    brief:
      'MX, SPF and DKIM for {region} beside the old records with TTL 300; swap the priorities; remove the old ones after two days.',
    poor: 'Change the MX record to the new server.',
    failureRate: 0.6,
  },
  {
    prompt: 'May we keep backups of the {product} of a {language} customer outside of the EU?',
    good: 'Only with a basis for the transfer: an adequacy decision for that country, or standard contractual clauses with an assessment. The contract with the customer must name the place. Without either keep them in {region}.',
    detail:
      'Encryption helps with the assessment but does not replace the basis, and keys that are kept outside of the EU count as access from there. Write down who can restore the backup of the {product}, from where, and how long it is kept. The customer has to be told before the first copy leaves {region}, and may object. This is a description, no legal advice: your data protection officer decides.',
    brief:
      'Only with a basis for the transfer (adequacy decision or standard clauses), and if the contract names the place.',
    poor: 'Yes, if they are encrypted.',
    failureRate: 0.7,
  },
]
