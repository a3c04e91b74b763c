import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HubServer, startHubServer } from '../../../../test/support/servers/hub-server.ts'
import { loadCheckpointPrompt, promptFiles } from './checkpoint-prompt.ts'
import { ownPrompt } from './prompt.ts'

let folder: string
const warnings: string[] = []
const onWarning = (message: string) => warnings.push(message)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causal-prompt-'))
})
afterEach(async () => {
  warnings.length = 0
  await rm(folder, { recursive: true, force: true })
})

const write = (file: string, text: string) => writeFile(join(folder, file), text)
const load = () => loadCheckpointPrompt(folder, {}, onWarning)

describe('the prompt of a folder', () => {
  it('is that of its two files', async () => {
    await write(promptFiles.system, 'Rate it.\n')
    await write(promptFiles.question, 'Q: {question}\n')
    expect(await load()).toEqual({ name: folder, system: 'Rate it.\n', question: 'Q: {question}\n' })
    expect(warnings).toEqual([])
  })

  it('is ours where it has neither, and a warning says so', async () => {
    expect(await load()).toBe(ownPrompt)
    expect(warnings).toEqual([
      expect.stringMatching(/has no system_ft_v5.txt.*asked with routellm-difficulty@1/),
    ])
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'one of the two',
      () => write(promptFiles.system, 'S'),
      /has system_ft_v5.txt and not classifier_ft_v5.txt/,
    ],
    [
      'no place for the question',
      async () => [await write(promptFiles.system, 'S'), await write(promptFiles.question, 'Q')],
      /classifier_ft_v5.txt has no \{question\} in it/,
    ],
    [
      'a file that is no prompt',
      () => write(promptFiles.system, 'x'.repeat(65_537)),
      /is 65537 bytes long, and a prompt has at most 65536/,
    ],
    ['a folder in its place', () => mkdir(join(folder, promptFiles.system)), /is no file/],
  ])('is refused with %s', async (_what, make, says) => {
    await make()
    await expect(load()).rejects.toMatchObject({
      name: 'ArtifactError',
      code: 'bad-prompt-file',
      message: expect.stringMatching(says),
    })
  })

  it('needs the folder', async () => {
    await expect(loadCheckpointPrompt('./not-there', {}, onWarning)).rejects.toThrow('There is no folder')
  })
})

describe('the prompt of a hub id', () => {
  const commit = 'c'.repeat(40)
  let hub: HubServer
  afterEach(() => hub.close())
  const host = async (files: Record<string, string>) => {
    hub = await startHubServer({
      'owner/causal': {
        revisions: { main: commit },
        commits: {
          [commit]: Object.fromEntries(
            Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]),
          ),
        },
      },
    })
    return loadCheckpointPrompt('owner/causal', { endpoint: hub.url, cacheFolder: folder }, onWarning)
  }

  it('takes the two files and none of the weights', async () => {
    const prompt = await host({
      [promptFiles.system]: 'S',
      [promptFiles.question]: '{question}',
      'model.safetensors': 'x'.repeat(5000),
    })
    expect(prompt).toEqual({ name: 'owner/causal', system: 'S', question: '{question}' })
    expect(hub.requests.filter((request) => request.includes('safetensors'))).toEqual([])
  })

  it('is ours where it has none', async () => {
    expect(await host({ 'config.json': '{}' })).toBe(ownPrompt)
    expect(warnings).toHaveLength(1)
  })
})
