import type { OtherPolicy } from '../../../src/server/admin/actions/lock-actions.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { type Column, RowTable } from '../../ui/table/row-table.tsx'

const columns: readonly Column<OtherPolicy>[] = [
  { title: 'Policy', place: 'lead', cell: ({ name }) => <ForeignText text={name} most={32} /> },
  { title: 'Kind', place: 'end', className: () => 'nowrap', cell: ({ kind }) => kind },
  {
    title: 'How it chooses',
    place: 'whole',
    className: () => 'wrapping',
    cell: ({ description }) => <ForeignText text={description} most={300} />,
  },
]

/** The policies that are changed in the configuration only. */
export function OthersCard({ others }: { others: readonly OtherPolicy[] }) {
  if (others.length === 0) return null
  return (
    <section class="card">
      <h2>Policies that only the configuration changes</h2>
      <RowTable name="others" isBare columns={columns} rows={others} keyOf={({ name }) => name} />
    </section>
  )
}
