/** What routing with an encoder costs, as measured; docs/encoder-tier.md has the machine and the spread. */
export const encoderCost = {
  /** The published model that it is made for. */
  model: 'intfloat/multilingual-e5-small',
  /** For a prompt of 1,000 characters, with two threads. */
  milliseconds: 32,
  /** Of the published weights, beside the gateway. */
  megabytes: 400,
  /** The published weights in float32, fetched once. */
  downloadMegabytes: 490,
} as const
