import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { routellm } from '../../command-line.ts'
import { describePicture, type Feature, picture, sumQuestion, toolResult } from '../features.ts'
import { type Bench, type SeenCall, startBench } from '../measure/bench.ts'
import type { Outcome } from '../measure/outcome.ts'
import type { Asked } from '../providers/asked.ts'
import { type Said, spokenOn } from '../providers/provider-model.ts'
import type { ProviderUnderTest } from '../providers/providers.ts'
import { type AgentUnderTest, writePicture } from './agents.ts'

/** What an agent may find out about a feature; `absent`: it has no such feature. */
export type AgentOutcome = Outcome | { readonly kind: 'absent'; readonly why: string }

const limitMs = 90_000
const final = 'I am done.'
/** Marks the requests of the conversation; agents send others beside them, for titles and the like. */
const cell = 1

/**
 * Sets an agent up with `routellm connect` in an empty home, runs it once and looks at what it printed and at what the
 * provider got.
 *
 * @param folder of the agents' programs.
 */
export async function measureAgent(
  folder: string,
  agent: AgentUnderTest,
  provider: ProviderUnderTest,
  feature: Feature,
): Promise<AgentOutcome> {
  const home = await mkdtemp(join(tmpdir(), 'routellm-agents-'))
  const work = join(home, 'work')
  await mkdir(work)
  const note = join(work, 'note.txt')
  await writeFile(note, `${toolResult}\n`)
  const shown = await writePicture(work)
  const options = feature === 'structured output' ? await agent.structured?.(home) : []
  if (options === undefined) return { kind: 'absent', why: 'the agent asks for no schema' }
  const isShown = feature === 'image' && agent.show !== null
  let mishaps = 0
  const bench = await startBench((asked) => {
    const hasMishap = feature === 'abort' || (isMishap(feature) && mishaps === 0)
    const said = takeTurn(agent, feature, asked, feature === 'image' ? shown : note, isShown)
    if (!hasMishap || asked.tools.length === 0) return { ...said, mishap: null }
    mishaps++
    const mishap = feature === 'abort' ? 'hold' : feature === 'status 429' ? 'busy' : 'break-off'
    return { text: final, call: null, mishap }
  })
  try {
    const variables = { HOME: home, PATH: process.env.PATH ?? '' }
    const connect = ['connect', agent.tool, '--write', '--url', bench.gateway.url, '--model', provider.name]
    const connected = await routellm([...connect, '--context-tokens', '200000'], { folder: work, variables })
    if (connected.exitCode !== 0) throw new Error(connected.stderr)
    const settings = Object.entries(variables).map(([variable, value]) => `${variable}=${value}`)
    const [name, ...args] = agent.program
    const images = isShown ? agent.show!(shown) : []
    const command = ['-i', ...settings, join(folder, name), ...args, ...options, ...images]
    const question = `${sumQuestion} Use your tool to read ${feature === 'image' ? shown : note}. [cell ${cell}]`
    const ended = await runAgent([...command, question], work, feature === 'abort' ? bench : null)
    return judge(feature, ended, bench, agent)
  } finally {
    await bench.close()
    await rm(home, { recursive: true, force: true })
  }
}

function isMishap(feature: Feature): boolean {
  return feature === 'status 429' || feature === 'broken stream'
}

function takeTurn(
  agent: AgentUnderTest,
  feature: Feature,
  asked: Asked,
  file: string,
  isShown: boolean,
): Omit<Said, 'mishap'> {
  const sum = JSON.stringify({ sum: 12 })
  const { name, arguments: given } = agent.read(file)
  if (feature === 'structured output') {
    const own = asked.tools.find((tool) => tool === 'StructuredOutput')
    if (asked.schema !== null) return { text: sum, call: null }
    if (own !== undefined && asked.results.length === 0)
      return { text: null, call: { name: own, arguments: sum } }
    return { text: final, call: null }
  }
  if (asked.tools.length === 0) return { text: 'A title', call: null }
  if (feature === 'image') {
    if (asked.picture !== null) {
      const { mediaType, base64 } = asked.picture
      return { text: describePicture(mediaType, base64), call: null }
    }
    if (isShown || asked.results.length > 0) return { text: 'I see nothing.', call: null }
    return { text: null, call: { name, arguments: JSON.stringify(given) } }
  }
  if (feature !== 'tool loop' && feature !== 'thinking') return { text: final, call: null }
  if (asked.results.length === 0) return { text: null, call: { name, arguments: JSON.stringify(given) } }
  const isRead = asked.results.some((text) => text.includes(toolResult))
  return { text: isRead ? final : 'I read nothing.', call: null }
}

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** @param abortedOn interrupts the agent once its request is there, as Ctrl+C does. */
async function runAgent(args: readonly string[], cwd: string, abortedOn: Bench | null): Promise<Ended> {
  const child = spawn('env', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal)
    } catch {
      // It has ended.
    }
  }
  const timer = setTimeout(() => kill('SIGKILL'), limitMs)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const closed = once(child, 'close')
  if (abortedOn !== null) {
    while (child.exitCode === null && findTurn(abortedOn) === undefined) await setTimeoutAsync(20)
    kill('SIGINT')
    await findTurn(abortedOn)?.request.closed
  }
  const [code] = await closed
  clearTimeout(timer)
  return { code, stdout, stderr }
}

/** The first request of the conversation: others, for titles and the like, have no tools. */
function findTurn(bench: Bench): SeenCall | undefined {
  return bench.seenBy(cell).find(({ request }) => request.body.includes('"tools"'))
}

function judge(
  feature: Feature,
  { code, stdout, stderr }: Ended,
  bench: Bench,
  agent: AgentUnderTest,
): AgentOutcome {
  const calls = bench.seenBy(cell)
  const first = findTurn(bench)
  if (feature === 'abort')
    return first?.request.wasAborted() === true ? works(bench, []) : wrong('the provider was not aborted')
  const refusal = calls
    .map(({ reply }) => reply.refusal)
    .find((found) => found !== null && found.status !== 429)
  if (refusal !== undefined && refusal !== null)
    return { kind: 'refused', by: 'provider', why: `${refusal.status} ${refusal.message}` }
  const wanted =
    feature === 'image'
      ? /I see image\/\w+ of \d+ bytes/
      : feature === 'structured output'
        ? /"sum\\?":\s*12/
        : final
  const said = stdout.match(wanted)
  if (code !== 0 || said === null)
    return wrong(`it ends with ${code}: ${`${stdout} ${stderr}`.replace(/\s+/g, ' ').trim().slice(0, 300)}`)
  const notes: string[] = []
  if (feature === 'image' && !stdout.includes(describePicture(picture.mediaType, picture.base64)))
    notes.push('the agent changes the picture before it sends it')
  if (feature === 'status 429' || feature === 'broken stream')
    notes.push(`${agent.tool} asks again by itself`)
  if (feature === 'thinking') notes.push(...judgeThinking(calls))
  return works(bench, notes)
}

function judgeThinking(calls: readonly SeenCall[]): string[] {
  const made = calls.find(({ reply }) => reply.reasoning !== null)?.reply.reasoning
  if (made === undefined || made === null)
    return ['the provider is not asked to think, or shows no reasoning']
  const back = calls.at(-1)!.request.body.toString()
  return back.includes(made.state ?? made.text) ? [] : ['no reasoning goes back']
}

/** What was dropped is in replies that only the agent sees. */
function works(bench: Bench, notes: readonly string[]): Outcome {
  const spoken = spokenOn(bench.seenBy(cell)[0]!.request.path)
  const own = bench
    .records()
    .find(({ protocol }) => protocol !== null && protocol !== 'pass-through')?.protocol
  const translation = own === undefined || own === null || own === spoken ? null : `${own} to ${spoken}`
  return { kind: 'works', translation, dropped: [], notes }
}

function wrong(why: string): Outcome {
  return { kind: 'wrong', why }
}
