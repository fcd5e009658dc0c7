import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { t } from '#app/i18n/translate.ts'
import { classes } from '../class-names.ts'
import { describedBy, FieldError, fieldId } from '../form/field.tsx'

/** The seats of one kind for some grades: decided, and where they have gone. */
export type PoolRow = {
  readonly id: string
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly kind: SeatKind
  readonly decided: number
  /** Assigned and taken. */
  readonly taken: number
  /** Live holds of proposals. */
  readonly held: number
  readonly free: number
  /** "angegeben von der Schule, eingetragen von A. Brandt am 02.05.2026". */
  readonly source: string
  /** What was typed, and what is wrong with it, after a refused change. */
  readonly typed?: string | undefined
  readonly error?: string | undefined
}

type Props = {
  readonly pools: readonly PoolRow[]
  /** The name of the input of a pool; null shows the numbers only. */
  readonly inputName: ((id: string) => string) | null
}

/** "Klasse 5", "Klassen 5 bis 7". */
export function gradesText(from: number, to: number): string {
  return from === to ? `Klasse ${from}` : `Klassen ${from} bis ${to}`
}

/**
 * The seat ledger of a school. Only the decided number is editable, inside the page's form with its
 * reason and date: it is a decision, all else follows from it. Scrolls sideways by itself when narrow.
 */
export function PoolTable({ pools, inputName }: Props) {
  return (
    <section
      className="m-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Tabelle der Plätze, seitlich rollbar"
    >
      <table className="m-table m-seats">
        <caption className="kern-sr-only">Plätze je Klasse und Art</caption>
        <thead>
          <tr>
            <th scope="col">Klassen</th>
            <th scope="col">Art</th>
            <th scope="col" className="m-num">
              beschlossen
            </th>
            <th scope="col" className="m-num">
              belegt
            </th>
            <th scope="col" className="m-num">
              vorgemerkt
            </th>
            <th scope="col" className="m-num">
              frei
            </th>
            <th scope="col">Angabe</th>
          </tr>
        </thead>
        <tbody>
          {pools.map((pool) => (
            <Row key={pool.id} pool={pool} name={inputName?.(pool.id) ?? null} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ pool, name }: { readonly pool: PoolRow; readonly name: string | null }) {
  const grades = gradesText(pool.gradeFrom, pool.gradeTo)
  return (
    <tr>
      <th scope="row">{grades}</th>
      <td>{t(`seat_kind.${pool.kind}`)}</td>
      <td className="m-num">
        {name === null ? (
          pool.decided
        ) : (
          <input
            key={pool.decided}
            className={classes(
              'kern-form-input__input m-cellin',
              pool.error && 'kern-form-input__input--error',
            )}
            type="text"
            inputMode="numeric"
            id={fieldId(name)}
            name={name}
            defaultValue={pool.typed ?? pool.decided}
            aria-label={`${t(`seat_kind.${pool.kind}`)} ${grades}, beschlossen`}
            aria-invalid={pool.error ? true : undefined}
            aria-describedby={describedBy(fieldId(name), null, pool.error)}
          />
        )}
      </td>
      <td className="m-num">{pool.taken}</td>
      <td className="m-num">{pool.held}</td>
      <td className="m-num free">{pool.free}</td>
      <td className="m-small">
        <span className="m-muted">{pool.source}</span>
        {name === null ? null : <FieldError id={fieldId(name)} error={pool.error} />}
      </td>
    </tr>
  )
}
