import { Link } from '@remix-run/react'
import { useState } from 'react'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { CAPACITY_REASONS, type SeatKind } from '#app/domain/seat/seat-pool.ts'
import { schoolYearPath } from '#app/forms/school-year.ts'
import { AddSeats, CHANGING, ChangedSeats } from '#app/forms/seats.ts'
import { t } from '#app/i18n/translate.ts'
import type { ShownPool, ShownSeats } from '#app/presenters/school-page-seats.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { BothVersions } from '../form/both-versions.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { OwnState, useOwnAnswer } from '../form/own-answer.tsx'
import { Select } from '../form/select.tsx'
import { DateField, TextField } from '../form/text-field.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { type CellInput, type PoolRow, PoolTable } from './pool-table.tsx'
import { HeldRefusals, refusedNumber } from './refused-seats.tsx'
import { schoolYearText } from './school-year-text.ts'
import { bandText, classSizeTexts, Overtaken, SeatDecisions } from './seat-decisions.tsx'
import { BesideReview, useSeatReview } from './seat-review.tsx'
import { NUMBER_LABELS, sharedPool, versionsKey } from './shared-pool.ts'

const REASONS = CAPACITY_REASONS.map((reason) => ({
  value: reason,
  label: t(`capacity.${reason}`),
}))

/**
 * The seats of a school by school year: numbers, and to change what this person decides on; what was
 * decided and why; and the form for seats not entered yet. A page that did not ask for the decisions
 * leads to the page of the school for both. While new numbers are looked at before they are saved
 * (`SeatReviewForm`), nothing else can be typed.
 */
export function SeatsEditor({ seats }: { readonly seats: ShownSeats }) {
  const { pools, mayDecide } = seats
  const isDecider = pools.some(({ kind }) => mayDecide.includes(kind))
  const isReviewed = useSeatReview() !== null
  return (
    <>
      <TurnLine seats={seats} />
      {isDecider && !isReviewed ? (
        <OwnState now={seats} versionOf={versionsKey} intent={CHANGING}>
          {(own) => <ChangeForm seats={own} />}
        </OwnState>
      ) : (
        <Years seats={seats} editing={null} />
      )}
      <Overtaken seats={seats} />
      {mayDecide.length === 0 ? null : (
        <BesideReview>
          <NewSeats key={seats.schoolNumber} seats={seats} />
        </BesideReview>
      )}
      <SeatDecisions seats={seats} />
    </>
  )
}

/** The turn of the school year waits for somebody who decides here: one line that leads to it. */
function TurnLine({ seats: { turn, schoolNumber } }: { readonly seats: ShownSeats }) {
  if (turn === null) return null
  const { year, pools, children } = turn
  const waiting = [
    ...(pools === 0 ? [] : [pools === 1 ? '1 Eintrag' : `${pools} Einträge`]),
    ...(children === 0 ? [] : [children === 1 ? '1 Kind' : `${children} Kinder`]),
  ]
  return (
    <p className="m-note m-sect0">
      <Link to={schoolYearPath(schoolNumber)}>Plätze für {schoolYearText(year)} übernehmen</Link> (
      {waiting.join(', ')})
    </p>
  )
}

function ChangeForm({ seats }: { readonly seats: ShownSeats }) {
  const { mayDecide } = seats
  const pools = seats.pools.filter(({ kind }) => mayDecide.includes(kind))
  const form = useCheckedForm(ChangedSeats, {
    intent: CHANGING,
    labels: {
      changeReason: 'Grund der Änderung',
      validFrom: 'Gültig ab',
      validTo: 'Gültig bis',
      ...NUMBER_LABELS,
    },
    shared: pools.map((pool, index) => sharedPool(editedPool(pool), index)),
  })
  const wrongDay = wrongDayOf(form.refusals, form.value('validFrom'))
  const names = new Map(pools.map(({ poolId }, index) => [poolId as string, `pools.${index}`]))
  return (
    <Form {...form.formProps} label="Plätze ändern">
      <ErrorSummary errors={form.summary} />
      <input type="hidden" name="schoolNumber" value={seats.schoolNumber} />
      {pools.map((pool, index) => (
        <Kept key={pool.poolId} pool={pool} index={index} />
      ))}
      <BothVersions form={form} />
      <Years seats={seats} editing={{ names, form }} />
      <p className="m-small m-muted m-sect0">
        Die beschlossene Zahl ist Ihre Entscheidung; sie bleibt mit Grund, Name und Tagen
        nachlesbar. Ohne „Gültig ab“ gilt sie ab heute, im nächsten Schuljahr ab dem 1. August; ohne
        „Gültig bis“ bis zur nächsten Änderung. Neuen Kindern wird nur versprochen, was bis zum Ende
        des Schuljahres bleibt.
      </p>
      <div className="m-row m-row--end m-sect0">
        <div className="m-grow">
          <Select {...form.field('changeReason')} options={REASONS} />
        </div>
        <DateField
          {...form.field('validFrom')}
          error={form.error('validFrom') ?? (wrongDay === 'validFrom' ? WRONG_DAY : undefined)}
          optional
        />
        <DateField
          {...form.field('validTo')}
          error={form.error('validTo') ?? (wrongDay === 'validTo' ? WRONG_DAY : undefined)}
          optional
        />
        <SubmitButton name="intent" value="review" kind="secondary">
          Änderungen prüfen
        </SubmitButton>
        <SubmitButton name="intent" value="change" kind="tertiary">
          Geänderte Zahlen speichern
        </SubmitButton>
      </div>
    </Form>
  )
}

const WRONG_DAY = 'Bitte prüfen Sie diesen Tag.'

/** Which of the two days a refusal is about: the last one, where the first is possible. */
function wrongDayOf(refusals: readonly Refusal[], from: string): 'validFrom' | 'validTo' | null {
  const refusal = refusals.find(({ code }) => code === 'validity_invalid')
  if (refusal?.code !== 'validity_invalid') return null
  const isPossible = from === '' || (refusal.earliest <= from && from <= refusal.latest)
  return isPossible ? 'validTo' : 'validFrom'
}

/** A pool as several people edit it. */
function editedPool(pool: ShownPool) {
  const { decided: seats, others, classes, schoolYear } = pool
  return { ...pool, numbers: { seats, others, classes }, more: schoolYearText(schoolYear) }
}

/** What the server needs beside the new numbers: which pool, and over which version. */
function Kept({ pool, index }: { readonly pool: ShownPool; readonly index: number }) {
  const name = `pools.${index}`
  return (
    <>
      <input type="hidden" name={`${name}.poolId`} value={pool.poolId} />
      <input type="hidden" name={`${name}.version`} value={pool.version} />
    </>
  )
}

type Editing = {
  /** How the fields of each pool that can be changed begin: `pools.0`. */
  readonly names: ReadonlyMap<string, string>
  readonly form: Pick<CheckedForm, 'error' | 'value' | 'typed' | 'refusals'>
}

type YearsProps = { readonly seats: ShownSeats; readonly editing: Editing | null }

function Years({ seats: { pools }, editing }: YearsProps) {
  const years = [...new Set(pools.map(({ schoolYear }) => schoolYear))]
  return years.map((year) => {
    const ofYear = pools.filter(({ schoolYear }) => schoolYear === year)
    const hints = classSizeTexts(ofYear)
    return (
      <div key={year} className="m-sect0">
        <h3>Schuljahr {schoolYearText(year)}</h3>
        <PoolTable pools={ofYear.map((pool) => rowOf(pool, editing))} />
        {hints.map((hint) => (
          <p key={hint} className="m-note m-small m-sect0">
            {hint}
          </p>
        ))}
      </div>
    )
  })
}

function rowOf(pool: ShownPool, editing: Editing | null): PoolRow {
  const { poolId: id, hint, lasting, gradeFrom, gradeTo, kind, decided, classes } = pool
  const { others, taken, held, reserve, free } = pool
  const notes = [
    hint === null ? [] : `${hint.perClass} je Klasse`,
    // what ends earlier is decided, and free for nobody
    lasting === decided ? [] : `${lasting} ${t(`seat_kind.${kind}`)} bleiben`,
  ].flat()
  const note = notes.length === 0 ? null : notes.join(', ')
  const inputs = inputsOf(pool, editing)
  const counted = { others, taken, held, reserve, free }
  return { id, gradeFrom, gradeTo, kind, decided, classes, ...counted, note, inputs }
}

function inputsOf(pool: ShownPool, editing: Editing | null): PoolRow['inputs'] {
  const prefix = editing?.names.get(pool.poolId)
  if (editing === null || prefix === undefined) return null
  const { form } = editing
  const refused = refusedNumber(form.refusals, pool)
  const input = (field: string): CellInput => {
    const name = `${prefix}.${field}`
    const isRefused = field === refused?.number
    return {
      name,
      typed: form.typed === undefined ? undefined : form.value(name),
      error: form.error(name) ?? (isRefused ? 'field.number_refused' : undefined),
    }
  }
  const isRegular = pool.kind === 'regular'
  return {
    why: refused?.text ?? null,
    seats: input('seats'),
    others: isRegular ? input('others') : null,
    classes: isRegular ? input('classes') : null,
  }
}

/** Where the page of a school takes seats not entered yet: the way there unfolds it. */
const ADD_ANCHOR = 'eintragen'

/** The address at which seats not entered yet can be entered, whatever else the page shows. */
export function addSeatsPath(schoolNumber: SchoolNumber): string {
  return `/schulen/${schoolNumber}#${ADD_ANCHOR}`
}

/**
 * The form for seats not entered yet, or the way to it: most days there are none. A form that was there
 * stays, also when a colleague enters the first seats meanwhile: something may be typed in it.
 */
function NewSeats({ seats }: { readonly seats: ShownSeats }) {
  const { pools, mayDecide, schoolNumber, decisions } = seats
  const isAnswered = useOwnAnswer('add') !== undefined
  const isEmpty = !pools.some(({ kind }) => mayDecide.includes(kind))
  const [wasEmpty] = useState(isEmpty)
  if (decisions === null && !wasEmpty && !isAnswered) {
    return (
      <p className="m-sect">
        <Link reloadDocument to={addSeatsPath(schoolNumber)}>
          Weitere Plätze eintragen
        </Link>
      </p>
    )
  }
  return <AddForm seats={seats} isEmpty={isEmpty} isAnswered={isAnswered} />
}

/** The form over the numbers that are there asks for the same days, on the same page. */
const ADD_IDS = { validFrom: 'f-add-validFrom', validTo: 'f-add-validTo' } as const

type AddProps = {
  readonly seats: ShownSeats
  /** Nothing can be changed yet, so this is what the page is for. */
  readonly isEmpty: boolean
  readonly isAnswered: boolean
}

function AddForm({ seats, isEmpty, isAnswered }: AddProps) {
  const { schoolNumber, years, grades, mayDecide } = seats
  const form = useCheckedForm(AddSeats, {
    intent: 'add',
    defaults: {
      schoolYear: years[0],
      gradeFrom: grades.from,
      gradeTo: grades.to,
      kind: mayDecide[0],
    },
    labels: {
      schoolYear: 'Schuljahr',
      kind: 'Art der Plätze',
      gradeFrom: 'Von Klasse',
      gradeTo: 'Bis Klasse',
      seats: 'Zahl der Plätze',
      others: 'Davon belegt von anderen',
      classes: 'Züge',
      reason: 'Grund',
      validFrom: 'Gültig ab',
      validTo: 'Gültig bis',
    },
  })
  const gradeOptions = Array.from({ length: grades.to - grades.from + 1 }, (_, index) => {
    const grade = String(grades.from + index)
    return { value: grade, label: grade }
  })
  return (
    <details
      className="kern-accordion m-sect"
      open={isEmpty || form.summary.length > 0 || isAnswered}
    >
      <summary className="kern-accordion__header">
        <span className="kern-title">
          {isEmpty ? 'Plätze eintragen' : 'Weitere Plätze eintragen'}
        </span>
      </summary>
      <div id={ADD_ANCHOR} className="kern-accordion__body">
        <Form {...form.formProps} label="Plätze eintragen" className="m-stack">
          <HeldRefusals refusals={form.refusals} />
          <ErrorSummary errors={form.summary} ids={ADD_IDS} />
          <input type="hidden" name="intent" value="add" />
          <input type="hidden" name="schoolNumber" value={schoolNumber} />
          <div className="m-f4">
            <Select
              {...form.field('schoolYear')}
              empty={null}
              options={years.map((year) => ({ value: String(year), label: schoolYearText(year) }))}
            />
            <Select {...form.field('kind')} empty={null} options={kindOptions(mayDecide)} />
            <Select {...form.field('gradeFrom')} empty={null} options={gradeOptions} />
            <Select {...form.field('gradeTo')} empty={null} options={gradeOptions} />
          </div>
          <div className="m-f2">
            <TextField {...form.field('seats')} inputMode="numeric" narrow />
            <Select {...form.field('reason')} options={REASONS} />
          </div>
          {mayDecide.includes('regular') ? <RegularNumbers seats={seats} form={form} /> : null}
          <div className="m-f2">
            <DateField
              {...form.field('validFrom')}
              id={ADD_IDS.validFrom}
              optional
              hint="Sonst ab heute, im nächsten Schuljahr ab dem 1. August."
            />
            <DateField {...form.field('validTo')} id={ADD_IDS.validTo} optional />
          </div>
          <SubmitButton kind="secondary">Plätze eintragen</SubmitButton>
        </Form>
      </div>
    </details>
  )
}

/** What is asked of regular places alone: most children in them came another way. */
function RegularNumbers({
  seats: { band },
  form,
}: {
  readonly seats: ShownSeats
  readonly form: Pick<CheckedForm, 'field'>
}) {
  return (
    <>
      <div className="m-f2">
        <TextField
          {...form.field('others')}
          inputMode="numeric"
          narrow
          optional
          hint="Nur bei Regelplätzen: Kinder, die schon dort sitzen."
        />
        <TextField
          {...form.field('classes')}
          inputMode="numeric"
          narrow
          optional
          hint="Nur bei Regelplätzen: auf so viele Klassen verteilen sich die Plätze."
        />
      </div>
      {band === null ? null : <p className="m-note m-small">{bandText(band)}</p>}
    </>
  )
}

function kindOptions(kinds: readonly SeatKind[]) {
  return kinds.map((kind) => ({ value: kind, label: t(`seat_kind.${kind}`) }))
}
