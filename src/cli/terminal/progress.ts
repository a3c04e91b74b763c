import cliProgress from 'cli-progress'
import { toTerminalText } from '../../base/text/display.ts'
import type { Terminal } from './terminal.ts'

/** Reports the progress of a long run. A run that ends within two seconds prints nothing. */
export type Progress = {
  update(done: number, detail?: string): void
  /** Ends the bar; to be called on failure too. */
  stop(): void
}

const quietMs = 2_000
const lineEveryMs = 15_000

/**
 * A bar on a terminal, otherwise a line every 15 seconds.
 *
 * @param total undefined if it is not known beforehand.
 */
export function createProgress(
  terminal: Pick<Terminal, 'note' | 'progressStream'>,
  label: string,
  total: number | undefined,
  now: () => number = () => performance.now(),
): Progress {
  const started = now()
  let lastLine = started + quietMs - lineEveryMs
  let bar: cliProgress.SingleBar | null = null
  return {
    update(done, detail = '') {
      const elapsed = now() - started
      if (elapsed < quietMs) return
      if (terminal.progressStream !== null && total !== undefined) {
        bar ??= startedBar(terminal.progressStream, label, total)
        bar.update(Math.min(done, total), { detail: toTerminalText(detail) })
      } else if (now() - lastLine >= lineEveryMs) {
        lastLine = now()
        const share = total === undefined || total === 0 ? `${done} done` : percentOf(done, total)
        terminal.note(`${label}: ${share}${detail === '' ? '' : `, ${detail}`}`)
      }
    },
    stop() {
      bar?.stop()
    },
  }
}

function percentOf(done: number, total: number): string {
  return `${Math.floor((Math.min(done, total) / total) * 100)} %`
}

function startedBar(stream: NodeJS.WritableStream, label: string, total: number): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar({
    stream,
    format: `${toTerminalText(label)} {bar} {percentage} % | {value}/{total} | {eta_formatted} left {detail}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    // The library writes "NULL" and "INF" for a time that it cannot estimate.
    formatTime: (seconds, options, roundToMultipleOf) =>
      Number.isFinite(seconds)
        ? cliProgress.Format.TimeFormat(seconds, options, roundToMultipleOf)
        : 'unknown time',
    clearOnComplete: true,
  })
  bar.start(total, 0, { detail: '' })
  return bar
}

/** Progress of a run in stages, one bar for each. */
export function createStagedProgress(terminal: Terminal): {
  update(stage: string, done: number, total: number | undefined, detail: string): void
  stop(): void
} {
  let current: { stage: string; progress: Progress } | null = null
  return {
    update(stage, done, total, detail) {
      if (current?.stage !== stage) {
        current?.progress.stop()
        current = { stage, progress: createProgress(terminal, stage, total) }
      }
      current.progress.update(done, detail)
    },
    stop() {
      current?.progress.stop()
      current = null
    },
  }
}
