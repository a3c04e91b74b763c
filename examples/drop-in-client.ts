// The official OpenAI client with a router in it: only the class and the model's name change.
// The two models are those of the demonstration that `npm start` serves; put your own base URLs and keys here.
import { RouteLLM } from 'routellm/client'

const baseURL = process.env.ROUTELLM_URL ?? 'http://127.0.0.1:6060/v1'

const client = new RouteLLM({
  strongModel: 'large/strong',
  weakModel: 'small/weak',
  providers: { large: { baseURL }, small: { baseURL } },
})

const prompts = ['What is the capital of France?', 'Prove that the square root of 2 is irrational.']
for (const content of prompts) {
  const reply = await client.chat.completions.create({
    model: 'router-mf-50pct',
    messages: [{ role: 'user', content }],
  })
  console.log(`${content} → ${reply.model}: ${reply.choices[0]?.message.content}`)
}

// Why: the same decision, without sending anything.
const decision = await client.route({ model: 'router-mf-50pct', prompt: 'What is the capital of France?' })
console.log(`${decision.model}: ${decision.explanation.summary}`)
