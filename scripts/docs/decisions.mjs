// Decisions that the documentation shows, made by the package that it documents.
import picocolors from 'picocolors'

/** What README.md asks first: one prompt that a person would send to the weak model, and one for the strong model. */
export const firstExamples = {
  weak: 'Good morning!',
  strong: 'Prove that the square root of 2 is irrational.',
}

/**
 * The decisions of a package that is not configured, with its demonstration models `strong` and `weak`.
 *
 * @param {(path: string) => Promise<any>} load a module of src/ by its path without an ending
 * @param {readonly string[]} prompts
 */
export async function decideUnconfigured(load, prompts) {
  const { demoConfig } = await load('config/parse-config')
  const { buildGateway } = await load('gateway/build-gateway')
  const gateway = await buildGateway(demoConfig(), {
    apiKeys: {},
    routerDependencies: { embedderOptions: {}, hub: {}, mustScoreText: true },
  })
  try {
    const decisions = []
    for (const prompt of prompts) decisions.push(await gateway.explain({ model: 'auto', prompt }))
    return decisions
  } finally {
    await gateway.close()
  }
}

/** The commands of README.md that ask about `firstExamples`, and what they print of the second. */
export async function firstExamplesMarkdown(load) {
  const prompts = [firstExamples.weak, firstExamples.strong]
  const [first, second] = await decideUnconfigured(load, prompts)
  const { demoConfig } = await load('config/parse-config')
  const { decisionLines } = await load('cli/commands/route/print')
  const lines = decisionLines(second, demoConfig().policy, picocolors.createColors(false))
  return [
    fenced(
      'sh run',
      prompts.map((prompt) => `npx routellm route ${shellQuoted(prompt)}`),
    ),
    `Of the first it says that ${first.model} answers; of the second:`,
    fenced('', lines),
  ].join('\n\n')
}

function fenced(language, lines) {
  return ['```', language, '\n', lines.join('\n'), '\n```'].join('')
}

function shellQuoted(text) {
  return `"${text.replaceAll(/["$`\\]/g, '\\$&')}"`
}
