import type { ReactNode } from 'react'
import { classes } from '../class-names.ts'

/** A column; its label stands beside the cell when the table is folded. */
export type Column = {
  readonly key: string
  readonly label: string
  /** Stands beside the cell instead of the label, where that is long. */
  readonly short?: string | undefined
  /** The head is for screen readers only (columns of buttons). */
  readonly hidden?: boolean | undefined
  readonly numeric?: boolean | undefined
}

/** A row: the first cell names it, the others follow the columns. */
export type Row = {
  readonly id: string
  readonly late?: boolean | undefined
  /** What chooses the row, before the cell that names it; for tables with `pick`. */
  readonly pick?: ReactNode
  readonly cells: readonly ReactNode[]
}

/** Rows under a heading of their own ("Überfällig (5)"). */
export type RowGroup = {
  readonly key: string
  readonly title?: string | undefined
  readonly rows: readonly Row[]
}

/**
 * `display: block` takes from a table what it is, so a folded table's parts say it
 * themselves: it stays a table for assistive technology.
 */
const role = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  rowheader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const

type Props = {
  readonly caption: string
  /** True: the caption is for screen readers, because a heading above already says it. */
  readonly captionHidden?: boolean | undefined
  readonly columns: readonly Column[]
  readonly groups: readonly RowGroup[]
  /** `case`: the work list, folded into six lines without labels; `decision`: the authority's. */
  readonly variant?: 'case' | 'decision' | undefined
  /** Room at the edge for the mark of late rows. */
  readonly edge?: boolean | undefined
  /** Rows can be chosen: what the column before the first is called, for screen readers. */
  readonly pick?: string | undefined
}

/** A table of mixed content that folds into blocks when narrow and stays a table for everybody. */
export function FoldTable(props: Props) {
  const { caption, captionHidden, columns, groups, variant, edge, pick } = props
  const shapes = columns.slice(1).map(cellShape)
  return (
    <table
      className={classes(
        'm-table m-fold',
        variant && `m-fold--${variant}`,
        edge && 'm-table--edge',
      )}
      {...role.table}
    >
      <caption className={captionHidden ? 'kern-sr-only' : undefined}>{caption}</caption>
      <thead {...role.rowgroup}>
        <tr {...role.row}>
          {pick === undefined ? null : <Head column={{ key: 'pick', label: pick, hidden: true }} />}
          {columns.map((column) => (
            <Head key={column.key} column={column} />
          ))}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.key} {...role.rowgroup}>
          {group.title === undefined ? null : (
            <tr className="m-group" {...role.row}>
              <th
                {...role.rowheader}
                scope="rowgroup"
                colSpan={columns.length + (pick === undefined ? 0 : 1)}
              >
                {group.title}
              </th>
            </tr>
          )}
          {group.rows.map((row) => bodyRow(row, shapes))}
        </tbody>
      ))}
    </table>
  )
}

function Head({ column }: { readonly column: Column }) {
  const { label, hidden, numeric } = column
  return (
    <th {...role.columnheader} scope="col" className={numeric ? 'm-num' : undefined}>
      {hidden ? <span className="kern-sr-only">{label}</span> : label}
    </th>
  )
}

/** What all cells of a column share: worked out once a table, not once a row. */
type CellShape = {
  readonly key: string
  readonly attributes: {
    readonly role: 'cell'
    readonly className?: string
    readonly 'data-l'?: string
  }
}

function cellShape({ key, label, short, hidden, numeric }: Column): CellShape {
  const className = classes(numeric && 'm-num', hidden && 'act')
  const attributes = {
    ...role.cell,
    ...(className === '' ? {} : { className }),
    ...(hidden ? {} : { 'data-l': short ?? label }),
  }
  return { key, attributes }
}

/** Called, not rendered: a list has hundreds of cells, and each component costs its own bookkeeping. */
function bodyRow({ id, late, pick, cells }: Row, shapes: readonly CellShape[]): ReactNode {
  const [first, ...others] = cells
  return (
    <tr key={id} {...role.row} className={late ? 'is-late' : undefined}>
      {pick === undefined ? null : (
        <td {...role.cell} className="pick">
          {pick}
        </td>
      )}
      <th {...role.rowheader} scope="row">
        {first}
      </th>
      {shapes.map(({ key, attributes }, index) => (
        <td key={key} {...attributes}>
          <div>{others[index]}</div>
        </td>
      ))}
    </tr>
  )
}
