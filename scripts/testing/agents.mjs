import { join } from 'node:path'
import { project } from '../setup/project.mjs'

/** Where `node scripts/install-agents.mjs` puts the coding agents: about 1 GB, for test/long/coding-agents.test.ts. */
export const agentsFolder = join(project, 'node_modules', '.cache', 'routellm-agents')

/** Their packages; docs/agents.md names the same releases. */
export const agentPackages = [
  '@anthropic-ai/claude-code@2.1.332',
  '@openai/codex@0.171.0',
  'opencode-ai@1.18.33',
]
