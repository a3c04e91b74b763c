import type { OtherPolicy } from '../../../src/server/admin/actions/lock-actions.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { TableFrame } from '../../ui/table-frame.tsx'

/** The policies that are changed in the configuration only. */
export function OthersCard({ others }: { others: readonly OtherPolicy[] }) {
  if (others.length === 0) return null
  return (
    <section class="card">
      <h2>Policies that only the configuration changes</h2>
      <TableFrame kind="bare">
        <table>
          <thead>
            <tr>
              <th scope="col">Policy</th>
              <th scope="col">Kind</th>
              <th scope="col">How it chooses</th>
            </tr>
          </thead>
          <tbody>
            {others.map(({ name, kind, description }) => (
              <tr key={name}>
                <td>
                  <ForeignText text={name} most={32} />
                </td>
                <td class="nowrap">{kind}</td>
                <td class="wrapping">
                  <ForeignText text={description} most={300} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  )
}
