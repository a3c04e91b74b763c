// The order of the test files. Without durations from an earlier run, vitest starts with the largest files, and a file that
// runs programs for a minute would begin last and run alone.
import { relative } from 'node:path'
import { BaseSequencer } from 'vitest/node'

const longest = [
  'test/docs/readme.test.ts',
  'test/project/package.test.ts',
  'test/end-to-end/clients/table.test.ts',
  'test/end-to-end/training/few-label.test.ts',
  'test/contracts/jobs.test.ts',
  'test/promises/trained-kinds.test.ts',
  'test/end-to-end/data/data-judge-kill.test.ts',
  'test/end-to-end/cli/cli-process.test.ts',
]

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId, project }) => {
      const found = longest.indexOf(relative(project.config.root, moduleId).replaceAll('\\', '/'))
      return found === -1 ? longest.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
