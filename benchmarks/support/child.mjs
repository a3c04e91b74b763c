// Starting, watching and ending the processes of a benchmark. Only what was started here is ever ended.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const ticksPerSecond = 100
const started = new Set()

/** Tells the parent where this child listens; ends the child when the parent is gone. */
export function reportListening(port) {
  process.send?.({ port })
  process.on('disconnect', () => process.exit(0))
}

/**
 * Starts a program, Node by default, on one core where `taskset` exists.
 *
 * @param {readonly string[]} args program and its arguments
 * @param {{ core?: number, env?: Record<string, string>, log?: (text: string) => void }} [options]
 */
export function start(args, { core, env = {}, log, program = process.execPath } = {}) {
  const pinned = core !== undefined && existsSync('/usr/bin/taskset')
  const command = pinned ? ['taskset', '-c', `${core}`, program, ...args] : [program, ...args]
  const child = spawn(command[0], command.slice(1), {
    // Programs that are not Node do not know the channel.
    stdio: ['ignore', 'pipe', 'pipe', ...(program === process.execPath ? ['ipc'] : [])],
    env: { ...process.env, ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4000)
      log?.(text)
    })
  }
  started.add(child)
  child.on('exit', () => started.delete(child))
  return { child, pid: child.pid, output: () => output }
}

/**
 * Starts a program that calls `reportListening`, and resolves to it with its `url`.
 *
 * @param {URL} program
 */
export async function startListening(program, { nodeOptions = [], ...options } = {}) {
  const running = start([...nodeOptions, fileURLToPath(program)], options)
  const { port } = await message(running)
  return { ...running, url: `http://127.0.0.1:${port}` }
}

/**
 * Runs a program to its end and resolves to the one message that it sends.
 *
 * @param {URL} program
 */
export async function runToResult(program, job, options) {
  const running = start([fileURLToPath(program), JSON.stringify(job)], options)
  return await message(running)
}

export async function stop({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

/** Ends whatever is still running, when a benchmark fails half way. */
export async function stopAll() {
  await Promise.all([...started].map((child) => stop({ child })))
}

/** Processor time of a process since it began, user and system, all threads. */
export function cpuMicroseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond
}

export function residentMegabytes(pid) {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
  return Number(kilobytes) / 1024
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function message({ child, output }) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}:\n${output()}`)),
    )
  })
}
