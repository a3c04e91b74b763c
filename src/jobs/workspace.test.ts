import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { demoConfig } from '../config/parse-config.ts'
import { findDataFile, openEmbedder, type Workspace } from './workspace.ts'

const workspace: Workspace = {
  folder: join('/data', 'project'),
  config: demoConfig(),
  dependencies: { embedderOptions: {}, hub: { offline: true } },
}

describe('a workspace', () => {
  it('finds data files below its folder, and absolute ones as they are', async () => {
    expect(await findDataFile('labels.jsonl', workspace)).toBe(join('/data', 'project', 'labels.jsonl'))
    expect(await findDataFile('/other/labels.jsonl', workspace)).toBe('/other/labels.jsonl')
  })

  it('asks the hub for a file of the hub', async () => {
    await expect(findDataFile('hub:owner/name/labels.jsonl', workspace)).rejects.toMatchObject({
      name: 'HubError',
    })
  })

  it('opens the embedder of a name', async () => {
    expect((await openEmbedder('builtin', workspace)).id).toMatch(/^builtin@/)
    await expect(openEmbedder('no-such-kind:x', workspace)).rejects.toMatchObject({ name: 'ConfigError' })
  })
})
