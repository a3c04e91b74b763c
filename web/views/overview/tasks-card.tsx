import type { Usage } from '../../../src/store/reader/answers.ts'
import { NameTable } from './name-table.tsx'

/** Who asks for what: by kind of work, by policy and by key. */
export function TasksCard({ usage }: { usage: Usage }) {
  return (
    <div class="grid names">
      <section class="card">
        <h2>Kind of work</h2>
        <NameTable title="Kind of work" parameter="task" without="not read" rows={usage.tasks} />
      </section>
      <section class="card">
        <h2>Policy</h2>
        <NameTable
          title="Policy"
          parameter="policy"
          without="router or model by name"
          rows={usage.policies}
        />
      </section>
      <section class="card">
        <h2>Key</h2>
        <NameTable title="Key" parameter="key" without="without a key" rows={usage.keys} />
      </section>
    </div>
  )
}
