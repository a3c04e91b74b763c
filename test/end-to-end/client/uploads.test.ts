import { Readable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { RouteLLM } from '../../../src/client/index.ts'

type Sent = { readonly url: string; readonly key: string | null; readonly form: FormData }

let sent: Sent[]
beforeEach(() => {
  sent = []
})

const own = 'http://127.0.0.1:9/v1'
const local = { baseURL: 'http://127.0.0.1:8/v1', apiKey: 'local-key' }
const client = new RouteLLM({
  routers: ['length'],
  strongModel: 'openai/gpt-5',
  weakModel: 'local/llama3.1',
  providers: { local },
  apiKey: 'own-key',
  baseURL: own,
  maxRetries: 0,
  async fetch(url, init) {
    if (String(url) === 'data:,') return new Response()
    const request = new Request(url, { duplex: 'half', ...init } as RequestInit)
    sent.push({
      url: request.url,
      key: request.headers.get('authorization'),
      form: await request.formData(),
    })
    return Response.json({ id: 'x', text: 'x', data: [] })
  },
})

/** Files as the official client takes them; each call makes a new one, because a stream is read once. */
const files = {
  'a file': () => new File(['sound'], 'a.mp3'),
  'a stream of Node': () =>
    Object.assign(Readable.from([Buffer.from('so'), Buffer.from('und')]), { path: 'a.mp3' }),
} as const

/** Every endpoint whose form has a model. */
const endpoints: Readonly<Record<string, (model: string, file: never) => PromiseLike<unknown>>> = {
  '/audio/transcriptions': (model, file) => client.audio.transcriptions.create({ model, file }),
  '/audio/translations': (model, file) => client.audio.translations.create({ model, file }),
  '/images/edits': (model, image) => client.images.edit({ model, prompt: 'p', image }),
  '/images/variations': (model, image) => client.images.createVariation({ model, image }),
  '/videos': (model, file) =>
    client.videos.create({ model: model as 'sora-2', prompt: 'p', input_reference: file }),
}

describe.each(Object.entries(files))('%s in a form', (_, file) => {
  it.each(Object.entries(endpoints))('%s: the model decides where it goes', async (path, call) => {
    await call('local/whisper', file() as never)
    await call('whisper-1', file() as never)
    expect(sent.map(({ url, key, form }) => [url, key, form.getAll('model'), form.get('prompt')])).toEqual([
      [`${local.baseURL}${path}`, 'Bearer local-key', ['whisper'], sent[0]?.form.get('prompt')],
      [`${own}${path}`, 'Bearer own-key', ['whisper-1'], sent[0]?.form.get('prompt')],
    ])
    for (const { form } of sent) {
      const [found] = [...form.values()].filter((value) => value instanceof File)
      expect(await found?.text()).toBe('sound')
      expect(found?.name).toBe('a.mp3')
    }
  })

  it.each(Object.entries(endpoints))('%s: no router is sent as a model', async (_path, call) => {
    await expect(async () => call('router-length-50pct', file() as never)).rejects.toMatchObject({
      code: 'router-not-supported',
    })
    expect(sent).toEqual([])
  })
})

it('a file without a model goes to the own base URL as it is', async () => {
  await client.files.create({ file: files['a stream of Node']() as never, purpose: 'batch' })
  const [{ url, form } = { url: '', form: new FormData() }] = sent
  expect(url).toBe(`${own}/files`)
  expect(form.get('purpose')).toBe('batch')
})
