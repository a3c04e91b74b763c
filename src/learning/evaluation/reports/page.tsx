import type { ComponentChildren } from 'preact'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { renderMarkup } from '../../../charts/render-markup.ts'
import { pageStyle } from './page-style.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/**
 * A page that needs nothing else: no script, no font, no request, and a policy that forbids all three. Light or dark as
 * the reader's system is.
 *
 * @param title plain text. @param style rules besides those that all pages share.
 */
export function htmlPage(page: {
  readonly title: string
  readonly style: string
  readonly body: ComponentChildren
}): string {
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{page.title}</title>
        <style>{`${pageStyle}${page.style}`}</style>
      </head>
      <body>
        <main>{page.body}</main>
      </body>
    </html>
  )
  return `<!doctype html>\n${renderMarkup(document)}\n`
}

type ReportTableProps = {
  readonly table: TextTable
  /** Above the table, for readers who do not see the heading. */
  readonly caption?: string
  /** Class of a row's element. */
  readonly rowClass?: (row: number) => string | undefined
  /** After the text of a cell. */
  readonly decoration?: (row: number, column: number) => ComponentChildren
}

/** A table whose first column heads its rows. It scrolls sideways if it is wider than the page. */
export function ReportTable({ table: { headings, rows }, caption, rowClass, decoration }: ReportTableProps) {
  return (
    <div class="scroll" tabindex={0}>
      <table>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            {headings.map((heading, column) => (
              <th key={column} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = '', ...cells], row) => (
            <tr key={row} class={rowClass?.(row)}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {cells.map((cell, column) => (
                <td key={column}>
                  {cell}
                  {decoration?.(row, column + 1)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A chart for wide screens and paper, and the same for phones, so that text keeps its size. */
export function ReportFigure({
  draw,
  caption,
}: {
  readonly draw: (width: number) => ComponentChildren
  readonly caption?: string
}) {
  return (
    <figure>
      <div class="wide">{draw(804)}</div>
      <div class="narrow">{draw(336)}</div>
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  )
}
