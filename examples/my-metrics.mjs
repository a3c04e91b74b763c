// Metrics of your own for `routellm serve`: routellm.yaml says `metrics: { module: ./my-metrics.mjs }`.

/** What /metrics gets. Labels have few values: each combination is a series, and one metric has 5,000 at most. */
export const metrics = [
  {
    name: 'long_replies_total',
    type: 'counter',
    help: 'Replies of more than 1,000 tokens.',
    labels: ['model'],
  },
  {
    name: 'last_request_usd',
    type: 'gauge',
    help: 'Dollars of the latest request of a key.',
    labels: ['key'],
  },
]

/** Is called after each request, with its record as in the request log. It returns at once. */
export default function measure({ model, key, tokens, usd }) {
  return [
    ...(tokens !== null && tokens.output > 1000
      ? [{ name: 'long_replies_total', value: 1, labels: { model } }]
      : []),
    ...(usd === null ? [] : [{ name: 'last_request_usd', value: usd, labels: { key } }]),
  ]
}
