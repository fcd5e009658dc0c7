import type { ReactNode } from 'react'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { t } from '#app/i18n/translate.ts'
import { classes } from '../class-names.ts'
import { describedBy, FieldError, fieldId } from '../form/field.tsx'

/** A number that can be typed over: its field, and what was typed and is wrong with it. */
export type CellInput = {
  readonly name: string
  readonly typed?: string | undefined
  readonly error?: string | undefined
}

/** The seats of one kind for some grades: decided, and where they have gone. */
export type PoolRow = {
  readonly id: string
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly kind: SeatKind
  readonly decided: number
  /** Parallel classes; null: nobody said. */
  readonly classes: number | null
  /** Where children sit who came another way. */
  readonly others: number
  /** All that is occupied: others, assigned and taken. */
  readonly taken: number
  /** Live holds of proposals. */
  readonly held: number
  readonly reserve: number
  readonly free: number
  /** Beside the grades: "29 je Klasse", "2 Förderplätze bleiben". */
  readonly note: string | null
  /** Null shows the numbers only. */
  readonly inputs: {
    /** Why one of them was refused, with the figures. */
    readonly why?: string | null
    readonly seats: CellInput
    /** Of regular places alone. */
    readonly others: CellInput | null
    readonly classes: CellInput | null
  } | null
}

type Props = { readonly pools: readonly PoolRow[] }

/** "Klasse 5", "Klassen 5 bis 7". */
export function gradesText(from: number, to: number): string {
  return from === to ? `Klasse ${from}` : `Klassen ${from} bis ${to}`
}

type Column = {
  readonly key: 'classes' | 'decided' | 'others' | 'taken' | 'held' | 'reserve' | 'free'
  readonly label: string
}

/** A column under the kind of seat it belongs to. */
type KindColumn = Column & {
  readonly id: string
  readonly kind: SeatKind
  readonly className: string | undefined
}

const SUPPORT: readonly Column[] = [
  { key: 'decided', label: 'beschlossen' },
  { key: 'taken', label: 'belegt' },
  { key: 'held', label: 'vorgemerkt' },
  { key: 'reserve', label: 'Reserve' },
  { key: 'free', label: 'frei' },
]
/** Most children in regular classes came another way: the number of seats alone says little. */
const REGULAR: readonly Column[] = [
  { key: 'classes', label: 'Züge' },
  { key: 'decided', label: 'beschlossen' },
  { key: 'others', label: 'belegt von anderen' },
  { key: 'taken', label: 'belegt' },
  { key: 'held', label: 'vorgemerkt' },
  { key: 'reserve', label: 'Reserve' },
  { key: 'free', label: 'frei' },
]
const COLUMNS = { support: columnsOf('support', SUPPORT), regular: columnsOf('regular', REGULAR) }

function columnsOf(kind: SeatKind, columns: readonly Column[]): readonly KindColumn[] {
  return columns.map(({ key, label }, index) => ({
    ...{ id: `${kind}-${key}`, kind, key, label },
    className: classes('m-num', index === 0 && 'm-sep', key === 'free' && 'free'),
  }))
}

/**
 * The seat ledger of a school: a row for the same grades, the kinds of seat beside each other. Only what
 * somebody decides or says can be edited, inside the page's form with its reason and days: all else
 * follows from it. Scrolls sideways by itself when narrow.
 */
export function PoolTable({ pools }: Props) {
  const kinds = (['support', 'regular'] as const).filter((kind) =>
    pools.some((pool) => pool.kind === kind),
  )
  const columns = kinds.flatMap((kind) => COLUMNS[kind])
  const ranges = rangesOf(pools)
  return (
    <section
      className="m-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Tabelle der Plätze, seitlich rollbar"
    >
      <table className="m-table m-seats">
        <caption className="kern-sr-only">Plätze je Klasse und Art</caption>
        <Head kinds={kinds} columns={columns} />
        <tbody>
          {ranges.map((range) => (
            <Grades key={`${range.from}-${range.to}`} range={range} columns={columns} />
          ))}
        </tbody>
        {ranges.length < 2 ? null : <Sums pools={pools} columns={columns} />}
      </table>
    </section>
  )
}

type Columns = { readonly columns: readonly KindColumn[] }

function Head({ kinds, columns }: Columns & { readonly kinds: readonly SeatKind[] }) {
  return (
    <thead>
      <tr>
        <th rowSpan={2} scope="col">
          Klassen
        </th>
        {kinds.map((kind) => (
          <th key={kind} className="m-sep" colSpan={COLUMNS[kind].length} scope="colgroup">
            {t(`seat_kind.${kind}`)}
          </th>
        ))}
      </tr>
      <tr>
        {columns.map(({ id, label, className }) => (
          <th key={id} scope="col" className={className}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  )
}

type Range = {
  readonly from: number
  readonly to: number
  readonly own: readonly PoolRow[]
}

/** The grade ranges of the pools, each with its pools of either kind, from the lowest grade on. */
function rangesOf(pools: readonly PoolRow[]): readonly Range[] {
  const ranges = new Map<string, PoolRow[]>()
  for (const pool of pools) {
    const key = `${pool.gradeFrom}-${pool.gradeTo}`
    const own = ranges.get(key)
    if (own === undefined) ranges.set(key, [pool])
    else own.push(pool)
  }
  return [...ranges.values()]
    .map((own) => ({ from: own[0]?.gradeFrom ?? 0, to: own[0]?.gradeTo ?? 0, own }))
    .toSorted((a, b) => a.from - b.from || a.to - b.to)
}

function Grades({ range: { from, to, own }, columns }: Columns & { readonly range: Range }) {
  const notes = own.flatMap(({ note }) => note ?? [])
  return (
    <>
      <tr>
        <th scope="row">
          {from === to ? from : `${from} bis ${to}`}
          {notes.map((note) => (
            <span key={note} className="sub">
              {note}
            </span>
          ))}
        </th>
        {columns.map((column) => (
          <td key={column.id} className={column.className}>
            {cellOf(own, column)}
          </td>
        ))}
      </tr>
      <Refused own={own} columns={columns} />
    </>
  )
}

/** A line of its own under the numbers: a cell is too narrow for a sentence with its figures. */
function Refused({ own, columns }: Columns & Pick<Range, 'own'>) {
  const refused = own.filter(({ inputs }) => inputs?.why)
  if (refused.length === 0) return null
  return (
    <tr>
      <td colSpan={columns.length + 1}>
        {refused.map(({ id, kind, inputs }) => (
          <p key={id} id={whyId(id)} className="m-rowwhy">
            {t(`seat_kind.${kind}`)}: {inputs?.why}
          </p>
        ))}
      </td>
    </tr>
  )
}

/** The id of the sentence that says why a number of this pool was refused. */
function whyId(poolId: string): string {
  return `why-${poolId}`
}

/** What stands in a cell. No component: a long table has hundreds, and most are one number. */
function cellOf(own: readonly PoolRow[], { kind, key, label }: KindColumn): ReactNode {
  const pool = own.find((one) => one.kind === kind)
  if (pool === undefined) return '–'
  const input = inputOf(pool, key)
  if (input === null) return pool[key] ?? '–'
  const name = `${t(`seat_kind.${kind}`)} ${gradesText(pool.gradeFrom, pool.gradeTo)}`
  return (
    <NumberInput
      input={input}
      stored={String(pool[key] ?? '')}
      label={`${name}, ${label}`}
      whyId={input.error && pool.inputs?.why ? whyId(pool.id) : undefined}
    />
  )
}

function inputOf({ inputs }: PoolRow, column: Column['key']): CellInput | null {
  if (inputs === null) return null
  if (column === 'decided') return inputs.seats
  return column === 'others' || column === 'classes' ? inputs[column] : null
}

/** A number in a cell of a table that can be typed over. */
export function NumberInput({
  input: { name, typed, error },
  stored,
  label,
  whyId,
}: {
  readonly input: CellInput
  readonly stored: string
  readonly label: string
  /** What else says why it is wrong. */
  readonly whyId?: string | undefined
}) {
  const id = fieldId(name)
  return (
    <>
      <input
        key={stored}
        className={classes(
          'kern-form-input__input m-cellin',
          error && 'kern-form-input__input--error',
        )}
        type="text"
        inputMode="numeric"
        id={id}
        name={name}
        defaultValue={typed ?? stored}
        aria-label={label}
        aria-invalid={error ? true : undefined}
        aria-describedby={classes(describedBy(id, null, error), whyId) || undefined}
      />
      <FieldError id={id} error={error} />
    </>
  )
}

function Sums({ pools, columns }: Props & Columns) {
  const sum = (kind: SeatKind, key: Column['key']) =>
    pools.reduce((total, pool) => total + (pool.kind === kind ? (pool[key] ?? 0) : 0), 0)
  return (
    <tfoot>
      <tr>
        <th scope="row">Alle</th>
        {columns.map(({ id, kind, key, className }) => (
          <td key={id} className={className}>
            {sum(kind, key)}
          </td>
        ))}
      </tr>
    </tfoot>
  )
}
