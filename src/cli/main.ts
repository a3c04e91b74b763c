#!/usr/bin/env node
import { addAbortSignal } from 'node:stream'
import picocolors from 'picocolors'
import { toTerminalText } from '../base/text/display.ts'
import { wrapText } from '../base/text/format/wrap-line.ts'
import { runCommandLine } from './command-line.ts'
import { readEnvironment } from './terminal/environment.ts'
import { exitCodes } from './terminal/exit-code.ts'
import { createProgressReporter } from './terminal/report-progress.ts'
import { watchParent } from './terminal/watch-parent.ts'

const environment = readEnvironment(process.env)
const isInteractive = process.stderr.isTTY === true && process.env.CI === undefined
const isColored = isInteractive && !environment.noColor
const interruption = new AbortController()

// The first signal lets the command clean up; a second one does not wait for it.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted)
    interruption.abort(new Error(`stopped by ${signal}`, { cause: signal }))
  })

watchParent(environment.variables, () => {
  // Ctrl-C reaches the parent too: its end is no second signal.
  if (!interruption.signal.aborted)
    interruption.abort(new Error('stopped with the npm that started it', { cause: 'SIGTERM' }))
})

const reportProgress = createProgressReporter(process, () =>
  interruption.abort(new Error('stopped with the process that started it', { cause: 'SIGTERM' })),
)

// `routellm … | head` closes stdout early, which is no error.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(exitCodes.done)
  throw error
})

// A server continues after the terminal that started it closes.
process.stderr.on('error', () => {})

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment,
  folder: process.cwd(),
  interrupted: interruption.signal,
  onHangup: (listener) => void process.on('SIGHUP', listener),
  ...(reportProgress !== undefined && { reportProgress }),
  terminal: {
    result: (line) =>
      process.stdout.write(`${wrapText(toTerminalText(line, isColored), widthOf(process.stdout))}\n`),
    note: (line) =>
      process.stderr.write(`${wrapText(toTerminalText(line, isColored), widthOf(process.stderr))}\n`),
    width: widthOf(process.stdout),
    readInput,
    progressStream: isInteractive ? process.stderr : null,
    colors: picocolors.createColors(isColored),
  },
})

/** Narrower terminals are treated as one of 40 characters. null for a file or a pipe. */
function widthOf(stream: NodeJS.WriteStream): number | null {
  return stream.isTTY && stream.columns > 0 ? Math.max(40, stream.columns) : null
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of addAbortSignal(interruption.signal, process.stdin))
    chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
