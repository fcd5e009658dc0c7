import { t } from '#app/i18n/translate.ts'
import type { ComingPool } from '#app/presenters/school-year-page.server.ts'
import type { CheckedForm } from '../form/use-checked-form.ts'
import { type CellInput, gradesText, NumberInput } from './pool-table.tsx'

type Editing = {
  /** How the fields of each pool that can be changed begin: `pools.0`. */
  readonly names: ReadonlyMap<string, string>
  readonly form: Pick<CheckedForm, 'error' | 'value' | 'typed'>
  /** The pool a refusal is about. */
  readonly refusedPool: string | null
}

type Props = { readonly pools: readonly ComingPool[]; readonly editing: Editing | null }

const COLUMNS = [
  { key: 'decided', label: 'bisher beschlossen' },
  { key: 'staying', label: 'bleiben' },
  { key: 'seats', label: 'dann beschlossen' },
  { key: 'others', label: 'dann belegt von anderen' },
  { key: 'classes', label: 'dann Züge' },
  { key: 'free', label: 'dann frei' },
] as const

/** A line for each pool of the school year that comes: what there was, who stays, what is to hold. */
export function ComingPools({ pools, editing }: Props) {
  if (pools.length === 0) return null
  return (
    <section
      className="m-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Tabelle der neuen Plätze, seitlich rollbar"
    >
      <table className="m-table m-seats">
        <caption className="kern-sr-only">Plätze im neuen Schuljahr</caption>
        <thead>
          <tr>
            <th scope="col">Plätze</th>
            {COLUMNS.map(({ key, label }) => (
              <th key={key} scope="col" className="m-num">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pools.map((pool) => (
            <Line key={pool.poolId} pool={pool} editing={editing} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Line({ pool, editing }: { readonly pool: ComingPool; readonly editing: Editing | null }) {
  const name = `${t(`seat_kind.${pool.kind}`)}, ${gradesText(pool.gradeFrom, pool.gradeTo)}`
  return (
    <tr>
      <th scope="row">
        {name}
        {notesOf(pool).map((note) => (
          <span key={note} className="sub">
            {note}
          </span>
        ))}
      </th>
      {COLUMNS.map(({ key, label }) => {
        const input = editing === null ? null : inputOf(pool, key, editing)
        return (
          <td key={key} className={key === 'free' ? 'm-num free' : 'm-num'}>
            {input === null ? (
              shownIn(pool, key)
            ) : (
              <NumberInput
                input={input}
                stored={key === 'others' ? '' : String(shownIn(pool, key))}
                label={`${name}, ${label}`}
              />
            )}
          </td>
        )
      })}
    </tr>
  )
}

/** What is not carried over, to be read while it is entered anew. */
function notesOf({ kind, others, reserve }: ComingPool): readonly string[] {
  return [
    ...(kind === 'regular' ? [`bisher von anderen belegt: ${others}`] : []),
    ...(reserve === 0 ? [] : [`bisher Reserve: ${reserve}`]),
  ]
}

type Column = (typeof COLUMNS)[number]['key']

function inputOf(pool: ComingPool, column: Column, editing: Editing): CellInput | null {
  const prefix = editing.names.get(pool.poolId)
  if (prefix === undefined || !isTyped(pool, column)) return null
  const { form, refusedPool } = editing
  const name = `${prefix}.${column}`
  const isRefused = column === 'seats' && refusedPool === pool.poolId
  return {
    name,
    typed: form.typed === undefined ? undefined : form.value(name),
    error: form.error(name) ?? (isRefused ? 'field.number_refused' : undefined),
  }
}

/** Where others sit and in how many classes is said of regular places alone. */
function isTyped({ kind }: ComingPool, column: Column): boolean {
  if (column === 'seats') return true
  return kind === 'regular' && (column === 'others' || column === 'classes')
}

function shownIn(pool: ComingPool, column: Column): string | number {
  const { kind, decided, staying, classes, free } = pool
  if (column === 'decided' || column === 'seats') return decided
  if (column === 'staying') return staying
  if (column === 'classes') return kind === 'regular' ? (classes ?? '') : '–'
  if (column === 'others') return '–'
  return kind === 'regular' ? `bis zu ${free}` : free
}
