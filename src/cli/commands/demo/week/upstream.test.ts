import { expect, it } from 'vitest'
import { createRandom } from '../../../../base/math/random.ts'
import { type ModelName, modelNames } from './model-names.ts'
import { drawTicket } from './tickets.ts'
import { helps, startMadeUpModels } from './upstream.ts'

type Reply = {
  readonly choices: readonly [{ readonly message: { readonly content: string } }]
  readonly usage: { readonly completion_tokens: number }
}

it('answers of the models differ, the large one is the longest, and each bills what it writes', async () => {
  const random = createRandom(5)
  const tickets = Array.from({ length: 100 }, () => drawTicket(random))
  const models = await startMadeUpModels(new Map(tickets.map((ticket) => [ticket.prompt, ticket])))
  const ask = async (model: ModelName, content: string) => {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content }] })
    const reply = await fetch(`${models.baseUrl}/chat/completions`, { method: 'POST', body })
    return reply.ok ? ((await reply.json()) as Reply) : null
  }
  let compared = 0
  try {
    for (const prompt of [...new Set(tickets.map(({ prompt }) => prompt)), 'No ticket of the week']) {
      const asked = await Promise.all(modelNames.map((model) => ask(model, prompt)))
      const replies = asked.filter((reply) => reply !== null)
      // Some models are overloaded, as some of a real week are.
      if (replies.length < 3) continue
      compared++
      const texts = replies.map(({ choices }) => choices[0].message.content)
      expect(new Set(texts).size).toBe(3)
      for (const [index, { usage }] of replies.entries())
        expect(usage.completion_tokens).toBe(Math.ceil(texts[index]!.length / 4))
      const ticket = tickets.find((each) => each.prompt === prompt)
      if (ticket === undefined) expect(texts.every((text) => text.includes('no model was called'))).toBe(true)
      else if (helps('large', ticket)) expect(texts[0]!.length).toBeGreaterThan(1.3 * texts[2]!.length)
      expect(await ask('large', prompt)).toEqual(replies[0])
    }
    expect(compared).toBeGreaterThan(80)
  } finally {
    await models.close()
  }
})
