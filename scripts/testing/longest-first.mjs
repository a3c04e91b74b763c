// The order of the test files. Without durations from an earlier run, vitest starts with the largest files, and a file that
// runs programs for a minute would begin last and run alone.
import { relative } from 'node:path'
import { BaseSequencer } from 'vitest/node'

/** Of about ten seconds and more, each file before what takes less time. */
const longest = [
  'test/docs/readme.test.ts',
  'test/project/package.test.ts',
  'test/end-to-end/page/label/label.test.ts',
  'test/end-to-end/page/keys/view.test.ts',
  'test/end-to-end/page/page.test.ts',
  'test/end-to-end/page/curve.test.ts',
  'test/end-to-end/store/failures.test.ts',
  'test/end-to-end/page/learn.test.ts',
  'test/end-to-end/page/trace/trace.test.ts',
  'test/end-to-end/page/routers.test.ts',
  'test/end-to-end/cli/outputs.test.ts',
  'test/end-to-end/page/playground.test.ts',
  'test/end-to-end/clients/table.test.ts',
  'test/contracts/jobs.test.ts',
  'test/end-to-end/page/sessions.test.ts',
  'test/end-to-end/training/few-label.test.ts',
  'test/end-to-end/cli/printed-numbers.test.ts',
  'src/learning/training/bert/train.test.ts',
  'test/end-to-end/cli/cli-process.test.ts',
  'test/end-to-end/page/keys/api.test.ts',
  'test/end-to-end/page/overview.test.ts',
  'test/end-to-end/loop/follow-lock.test.ts',
  'test/project/set-up.test.ts',
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
