// Scores every prompt of a JSON Lines file with the built-in router: no key, no network.
//   node examples/score-a-file.ts prompts.jsonl
import { readFile } from 'node:fs/promises'
import { RouteLLM } from 'routellm/client'

const file = process.argv[2]
const prompts =
  file === undefined
    ? ['What is 2 + 2?', 'Write a compiler for a small language with closures, and test it.']
    : (await readFile(file, 'utf8'))
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): string => JSON.parse(line).prompt)

// Scoring sends nothing, so the two models need no address.
const client = new RouteLLM({ strongModel: 'strong', weakModel: 'weak' })
const winRates = await client.scoreMany(prompts)

for (const [index, prompt] of prompts.entries())
  console.log(JSON.stringify({ strongWinRate: winRates[index], prompt }))
