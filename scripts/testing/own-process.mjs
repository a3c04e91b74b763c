// The test files that need a process of their own. The others share processes: loading the modules again for each of
// 500 files takes a third of the processor time of `npm test`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../setup/project.mjs'

/**
 * What a test does to its whole process: it replaces modules, globals or the clock (with `vi`), changes the working
 * directory or the environment, listens to the process, or measures its memory or resources. A file that needs its own
 * process for another reason has a line `// own process: <reason>`.
 */
const touchesProcess = [
  /\bvi\.\w/,
  /\/follow-pauses\.ts'/,
  // V8 counts only the blocks of code that was not compiled before.
  /\/counted-steps\.ts'/,
  /\bprocess\.(memoryUsage|cpuUsage|resourceUsage|getActiveResourcesInfo|chdir|umask|on|once)\b/,
  /\bprocess\.env(\.\w+|\[[^\]]+\])? = /,
  /\bglobalThis\.\w+ = /,
  /^\/\/ own process: \S/m,
]

/**
 * @param {string} source of a test file
 * @returns {boolean}
 */
export function needsOwnProcess(source) {
  return touchesProcess.some((pattern) => pattern.test(source))
}

/**
 * @param {readonly string[]} folders relative to the project
 * @returns {string[]} the test files below them that need a process of their own, relative to the project, with `/`
 */
export function testFilesWithOwnProcess(folders) {
  return folders.flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => needsOwnProcess(readFileSync(join(project, file), 'utf8'))),
  )
}
