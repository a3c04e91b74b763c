import type { ComponentChildren, HTMLAttributes } from 'preact'
import { TableFrame } from './table-frame.tsx'

export type Column<Row> = {
  readonly title: string
  /** What the title stands for. */
  readonly hint?: string
  readonly isNumber?: boolean
  /** Whether its title is only for those who do not see the table. */
  readonly isTitleHidden?: boolean
  /**
   * Where it is while the frame is too narrow for the table, and each row is a card: `lead` and `end` are the ends of the first line, and
   * have no title, as `whole` has none, which has a line of its own. Default: below the first line, with its title.
   */
  readonly place?: 'lead' | 'end' | 'whole'
  readonly className?: (row: Row) => string
  cell(row: Row): ComponentChildren
}

type RowTableProps<Row> = {
  /** Of the table: `requests`. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** A row below the others, such as their sum. */
  readonly foot?: Row | null
  readonly isBare?: boolean
  keyOf(row: Row): string | number
  attributesOf?(row: Row): HTMLAttributes<HTMLTableRowElement>
}

/** A table; in a narrow frame, as on a phone, a card for each row, so that nothing is beyond the edge. */
export function RowTable<Row>({
  name,
  columns,
  rows,
  foot = null,
  isBare = false,
  keyOf,
  attributesOf,
}: RowTableProps<Row>) {
  return (
    <TableFrame kind={isBare ? 'bare' : ''} columns={columns.map(({ title }) => title).join()}>
      <table class={name}>
        <thead>
          <tr>
            {columns.map(({ title, hint, isNumber, isTitleHidden }) => (
              <th key={title} scope="col" class={isNumber ? 'number' : ''} title={hint}>
                {isTitleHidden ? <span class="hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} {...attributesOf?.(row)}>
              <Cells columns={columns} row={row} />
            </tr>
          ))}
        </tbody>
        {foot !== null && (
          <tfoot>
            <tr>
              <Cells columns={columns} row={foot} />
            </tr>
          </tfoot>
        )}
      </table>
    </TableFrame>
  )
}

function Cells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  return (
    <>
      {columns.map(({ title, place, isNumber, className, cell }) => (
        <td
          key={title}
          class={[place !== undefined && `place-${place}`, isNumber && 'number', className?.(row)]
            .filter(Boolean)
            .join(' ')}
          {...(place === undefined && { 'data-title': title })}
        >
          {cell(row)}
        </td>
      ))}
    </>
  )
}
