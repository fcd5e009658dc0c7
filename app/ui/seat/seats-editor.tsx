import { useActionData } from '@remix-run/react'
import { CAPACITY_REASONS } from '#app/domain/seat/seat-pool.ts'
import { AddSeats, ChangeSeats } from '#app/forms/seats.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { ShownPool, ShownSeats } from '#app/presenters/school-page-seats.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextField } from '../form/text-field.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { PoolTable } from './pool-table.tsx'

type Answer = {
  readonly refusal?: Refusal | null
  readonly values?: Readonly<Record<string, unknown>>
}

const REASONS = CAPACITY_REASONS.map((reason) => ({
  value: reason,
  label: t(`capacity.${reason}`),
}))

/** "2026/27". */
export function schoolYearText(year: number): string {
  return `${year}/${String(year + 1).slice(2)}`
}

/** The seats of a school by school year, numbers only. */
export function SeatTables({ pools }: { readonly pools: readonly ShownPool[] }) {
  return <Years pools={pools} editing={null} />
}

/** The same with the decided numbers to change, and a form for seats not entered yet. */
export function SeatsEditor({ seats }: { readonly seats: ShownSeats }) {
  return (
    <>
      {seats.pools.length === 0 ? null : <ChangeForm seats={seats} />}
      <AddForm seats={seats} />
    </>
  )
}

function ChangeForm({ seats }: { readonly seats: ShownSeats }) {
  const { pools } = seats
  const form = useCheckedForm(ChangeSeats, {
    intent: 'change',
    labels: { changeReason: 'Grund der Änderung', 'pools.*.seats': 'beschlossen' },
  })
  const refusal = useActionData<Answer>()?.refusal ?? null
  const isStale = refusal?.code === 'stale_pool'
  const refusedPool = refusal !== null && 'poolId' in refusal ? (refusal.poolId ?? null) : null
  const inputs = new Map(pools.map(({ poolId }, index) => [poolId as string, inputOf(index)]))
  return (
    <Form {...form.formProps} label="Plätze ändern">
      <ErrorSummary errors={form.summary} />
      <input type="hidden" name="intent" value="change" />
      <input type="hidden" name="schoolNumber" value={seats.schoolNumber} />
      {pools.map((pool, index) => (
        <Kept key={pool.poolId} pool={pool} index={index} />
      ))}
      <Years pools={pools} editing={{ inputs, form, isStale, refusedPool }} />
      <p className="m-small m-muted m-sect0">
        Nur die beschlossene Zahl ist Ihre Entscheidung; alles andere folgt daraus. Sie gilt ab
        heute und bleibt mit Grund, Name und Datum nachlesbar.
      </p>
      <div className="m-row m-row--end m-sect0">
        <div className="m-grow">
          <Select {...form.field('changeReason')} options={REASONS} />
        </div>
        <SubmitButton kind="secondary">Geänderte Zahlen speichern</SubmitButton>
      </div>
    </Form>
  )
}

function inputOf(index: number): string {
  return `pools.${index}.seats`
}

/** What the server needs beside the new number: which pool, over which version, and what stood there. */
function Kept({ pool, index }: { readonly pool: ShownPool; readonly index: number }) {
  const name = `pools.${index}`
  return (
    <>
      <input type="hidden" name={`${name}.poolId`} value={pool.poolId} />
      <input type="hidden" name={`${name}.version`} value={pool.version} />
      <input type="hidden" name={`${name}.was`} value={pool.decided} />
    </>
  )
}

type Editing = {
  /** The name of each pool's input. */
  readonly inputs: ReadonlyMap<string, string>
  readonly form: Pick<CheckedForm, 'error' | 'value'>
  /** Somebody was faster: the new numbers are shown, not what was typed over the old ones. */
  readonly isStale: boolean
  /** The pool a refusal is about. */
  readonly refusedPool: string | null
}

type YearsProps = { readonly pools: readonly ShownPool[]; readonly editing: Editing | null }

function Years({ pools, editing }: YearsProps) {
  const years = [...new Set(pools.map(({ schoolYear }) => schoolYear))]
  return years.map((year) => (
    <div key={year} className="m-sect0">
      <h3>Schuljahr {schoolYearText(year)}</h3>
      <PoolTable
        pools={pools
          .filter(({ schoolYear }) => schoolYear === year)
          .map((pool) => rowOf(pool, editing))}
        inputName={editing === null ? null : (id) => editing.inputs.get(id) ?? ''}
      />
    </div>
  ))
}

function rowOf(pool: ShownPool, editing: Editing | null) {
  const { poolId: id, gradeFrom, gradeTo, kind, decided, taken, held, free } = pool
  const name = editing?.inputs.get(id) ?? ''
  return {
    ...{ id, gradeFrom, gradeTo, kind, decided, taken, held, free },
    source: sourceText(pool),
    typed: editing === null || editing.isStale ? undefined : editing.form.value(name) || undefined,
    error: editing?.form.error(name) ?? (editing?.refusedPool === id ? 'field.unknown' : undefined),
  }
}

/** Who says so: a number entered for a school says that it was. */
function sourceText({ decider, decidedOn, enteredForSchool }: ShownPool): string {
  const day = formatDate(decidedOn)
  return enteredForSchool
    ? `angegeben von der Schule, eingetragen von ${decider} am ${day}`
    : `eingetragen von ${decider} am ${day}`
}

function AddForm({ seats }: { readonly seats: ShownSeats }) {
  const { schoolNumber, years, grades, pools } = seats
  const form = useCheckedForm(AddSeats, {
    intent: 'add',
    defaults: {
      schoolYear: years[0],
      gradeFrom: grades.from,
      gradeTo: grades.to,
      kind: 'support',
    },
    labels: {
      schoolYear: 'Schuljahr',
      kind: 'Art der Plätze',
      gradeFrom: 'Von Klasse',
      gradeTo: 'Bis Klasse',
      seats: 'Zahl der Plätze',
      reason: 'Grund',
    },
  })
  const isAnswered = useActionData<Answer>()?.values?.['intent'] === 'add'
  const isOpen = pools.length === 0 || form.summary.length > 0 || isAnswered
  const gradeOptions = Array.from({ length: grades.to - grades.from + 1 }, (_, index) => {
    const grade = String(grades.from + index)
    return { value: grade, label: grade }
  })
  return (
    <details className="kern-accordion m-sect" open={isOpen}>
      <summary className="kern-accordion__header">
        <span className="kern-title">
          {pools.length === 0 ? 'Plätze eintragen' : 'Weitere Plätze eintragen'}
        </span>
      </summary>
      <div className="kern-accordion__body">
        <Form {...form.formProps} label="Plätze eintragen" className="m-stack">
          <ErrorSummary errors={form.summary} />
          <input type="hidden" name="intent" value="add" />
          <input type="hidden" name="schoolNumber" value={schoolNumber} />
          <div className="m-f4">
            <Select
              {...form.field('schoolYear')}
              empty={null}
              options={years.map((year) => ({ value: String(year), label: schoolYearText(year) }))}
            />
            <Select
              {...form.field('kind')}
              empty={null}
              options={[
                { value: 'support', label: t('seat_kind.support') },
                { value: 'regular', label: t('seat_kind.regular') },
              ]}
            />
            <Select {...form.field('gradeFrom')} empty={null} options={gradeOptions} />
            <Select {...form.field('gradeTo')} empty={null} options={gradeOptions} />
          </div>
          <div className="m-f2">
            <TextField {...form.field('seats')} inputMode="numeric" narrow />
            <Select {...form.field('reason')} options={REASONS} />
          </div>
          <SubmitButton kind="secondary">Plätze eintragen</SubmitButton>
        </Form>
      </div>
    </details>
  )
}
