// The tables of docs/evidence.md.
import { table } from '../../markdown.mjs'

const methods = {
  ips: 'inverse propensity',
  selfNormalized: 'self-normalised',
  doublyRobust: 'doubly robust',
}

/** @param results contents of benchmarks/results/evidence.json */
export function offPolicyMarkdown({ 'off-policy': { simulated, real } }) {
  const row = ({ name, logs, refused, counts }) => [
    name,
    ...['quality', 'usd'].flatMap((outcome) =>
      Object.keys(methods).map((method) => percent(counts[`${outcome} ${method}`].held / (logs - refused))),
    ),
    refused,
  ]
  const headings = [
    'log',
    ...['quality', 'dollars'].flatMap((outcome) =>
      Object.values(methods).map((name) => `${outcome}, ${name}`),
    ),
    'refused',
  ]
  return [
    `Of ${simulated[0].logs} simulated logs each, the 95 % interval holds the truth in (a standard error is 1.3 points):`,
    table(headings, simulated.map(row)),
    'The same with real outcomes: 2,000 requests of 2,093 prompts whose quality and dollars with four models are known (ParetoBandit); the log draws the medium model in 85 % and each other one in 5 %:',
    table(headings, real.map(row)),
  ].join('\n\n')
}

/** @param results contents of benchmarks/results/evidence.json */
export function experimentsMarkdown({ experiments }) {
  const share = (count, runs) => percent(count / runs)
  return [
    `${experiments[0].runs} simulated experiments each, planned for 3,000 sessions and ended after 12,000, looked at after every session. Success: cheaper, and at most two points worse. Guards: dearer, or more than two points worse. The dollars of a session are log-normal (σ = 1), cut at ten times the mean:`,
    table(
      [
        'treatment',
        'success',
        'guard',
        'undecided',
        'median sessions',
        'quality: no difference excluded at some time',
        'dollars: the same',
      ],
      experiments.map(({ name, runs, verdicts, excluded, medianSessions }) => [
        name,
        share(verdicts.success, runs),
        share(verdicts.guard, runs),
        share(verdicts.undecided, runs),
        medianSessions.toLocaleString('en-US'),
        share(excluded.quality, runs),
        share(excluded.usd, runs),
      ]),
    ),
    'With arms alike, and for quality wherever it is "as good", what the last two columns exclude is the truth: at most 5 % may. "Two points worse" lies on the limit of both rules.',
  ].join('\n\n')
}

/** @param results contents of benchmarks/results/evidence.json */
export function driftMarkdown({ drift }) {
  const row = ({ name, runs, alarms, medianDelay }) => [name, runs, percent(alarms / runs), medianDelay]
  return [
    'Simulated months of 200 sessions a day, false alarm rate 5 %, 1,000 sessions of reference (50 for each hour), looked at after every session. Alarms without drift:',
    table(
      ['traffic', 'months', 'alarm'],
      drift.filter(({ hasNoDrift }) => hasNoDrift).map((each) => row(each).slice(0, 3)),
    ),
    'The rate is promised for all of them but days that differ: with .2 a day is up to a tenth of the sessions away from the next one, and a larger `leastDistance` is the remedy.',
    'Alarms of a change on day 10. Win rates have log-odds of mean −1 and standard deviation .8, those of other prompts +1.5; the share of strong calls may be .25 to .35:',
    table(
      ['change', 'months', 'alarm', 'median sessions until the alarm'],
      drift.filter(({ hasNoDrift }) => !hasNoDrift).map(row),
    ),
  ].join('\n\n')
}

/** @param results contents of benchmarks/results/evidence.json */
export function promotionsMarkdown({ promotions }) {
  return [
    '100 simulated months of 30 nights, each with an attempt on the 2,800 labelled sessions of the last seven days, margin .02, error rate 5 % a month:',
    table(
      ['candidate', 'promoted', 'a promotion is', 'median night'],
      promotions.map(({ name, runs, promoted, isWrong, medianNight }) => [
        name,
        percent(promoted / runs),
        isWrong ? 'wrong' : 'right',
        medianNight ?? '',
      ]),
    ),
  ].join('\n\n')
}

function percent(share) {
  return `${(100 * share).toFixed(1).replace(/\.0$/, '')} %`
}
