// Runs one audit in a process of its own, as a user would, and tells its parent what it took. For audit.mjs.
import picocolors from 'picocolors'
import { runCommandLine } from '../../dist/cli/command-line.js'
import { readEnvironment } from '../../dist/cli/setup/environment.js'

const { argv } = JSON.parse(process.argv[2])
let output = ''
const began = performance.now()
const exitCode = await runCommandLine(argv, {
  environment: readEnvironment({}),
  folder: process.cwd(),
  interrupted: new AbortController().signal,
  terminal: {
    result: (line) => {
      output += line
    },
    note: () => {},
    readInput: async () => '',
    progressStream: null,
    width: null,
    colors: picocolors.createColors(false),
  },
})
process.send({
  exitCode,
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  report: exitCode === 0 ? JSON.parse(output) : null,
})
process.disconnect()
