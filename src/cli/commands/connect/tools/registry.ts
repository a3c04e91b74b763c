import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { continueDev } from './continue.ts'
import { env } from './env.ts'
import { opencode } from './opencode.ts'
import { qwenCode } from './qwen-code.ts'
import type { Tool } from './tool.ts'

/** The tools that `routellm connect` knows; to add one, add its file and its row. */
export const tools: readonly Tool[] = [claudeCode, codex, opencode, qwenCode, continueDev, env]
