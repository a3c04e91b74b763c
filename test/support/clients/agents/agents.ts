import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { picture } from '../features.ts'

/** A coding agent without a terminal. */
export type AgentUnderTest = {
  /** As `routellm connect` names it. */
  readonly tool: 'claude-code' | 'codex' | 'opencode'
  readonly package: string
  readonly program: readonly [string, ...string[]]
  /** The call of its own tool that reads a file. */
  read(file: string): { readonly name: string; readonly arguments: object }
  /** The arguments that show a picture; null: it reads the file with its tool. */
  readonly show: ((file: string) => string[]) | null
  /** The arguments that ask for an object of a schema; null if it has none. */
  readonly structured: ((folder: string) => Promise<string[]>) | null
}

const schema = {
  type: 'object',
  properties: { sum: { type: 'number' } },
  required: ['sum'],
  additionalProperties: false,
}

export const agentsUnderTest: readonly AgentUnderTest[] = [
  {
    tool: 'claude-code',
    package: '@anthropic-ai/claude-code',
    program: ['claude', '-p'],
    read: (file) => ({ name: 'Read', arguments: { file_path: file } }),
    show: null,
    structured: async () => ['--output-format', 'json', '--json-schema', JSON.stringify(schema)],
  },
  {
    tool: 'codex',
    package: '@openai/codex',
    program: ['codex', 'exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'],
    read: (file) => ({ name: 'exec_command', arguments: { cmd: `cat ${file}` } }),
    show: (file) => [`--image=${file}`],
    structured: async (folder) => {
      const file = join(folder, 'schema.json')
      await writeFile(file, JSON.stringify(schema))
      return ['--output-schema', file]
    },
  },
  {
    tool: 'opencode',
    package: 'opencode-ai',
    program: ['opencode', 'run'],
    read: (file) => ({ name: 'read', arguments: { filePath: file } }),
    show: (file) => [`--file=${file}`, '--'],
    structured: null,
  },
]

export async function writePicture(folder: string): Promise<string> {
  const file = join(folder, 'picture.png')
  await writeFile(file, Buffer.from(picture.base64, 'base64'))
  return file
}
