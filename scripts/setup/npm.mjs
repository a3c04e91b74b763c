// Runs npm the way it was started itself, so that `npm start` needs no second npm on the path.
import { spawn } from 'node:child_process'
import { basename } from 'node:path'

/**
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} exit code, and stdout and stderr as they came
 */
export function runNpm(args, options = {}) {
  const path = process.env.npm_execpath
  if (path !== undefined && basename(path).startsWith('npm'))
    return runProgram(process.execPath, [path, ...args], options)
  return runProgram('npm', args, { shell: process.platform === 'win32', ...options })
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string, stdout: string }>}
 */
export function runProgram(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: signal === null ? (code ?? 1) : 1, output, stdout }))
  })
}
