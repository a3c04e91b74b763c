// The unchanged OpenAI client against the RouteLLM server, streaming; headers say what was decided.
import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: process.env.ROUTELLM_URL ?? 'http://127.0.0.1:6060/v1',
  apiKey: 'unused on loopback',
})

const { data: stream, response } = await client.chat.completions
  .create({
    model: 'auto',
    messages: [{ role: 'user', content: 'Explain the difference between routing and switching.' }],
    stream: true,
  })
  .withResponse()

console.log(`answered by ${response.headers.get('x-routellm-model')}`)
console.log(`strong win rate ${response.headers.get('x-routellm-strong-win-rate')}`)
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')
console.log()
