import { ReserveSeats } from '#app/forms/seats.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { ShownPool, ShownSeats } from '#app/presenters/school-page-seats.server.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { OwnState, useOwnAnswer } from '../form/own-answer.tsx'
import { type Option, Select } from '../form/select.tsx'
import { DateField, TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { gradesText } from './pool-table.tsx'
import { HeldRefusals } from './refused-seats.tsx'
import { schoolYearText } from './school-year-text.ts'
import { BesideReview } from './seat-review.tsx'
import { versionsKey } from './shared-pool.ts'

/** Seats a counsellor keeps back for children who are announced and not here yet. */
export function ReserveForm({ seats }: { readonly seats: ShownSeats }) {
  return (
    <BesideReview>
      <OwnState now={seats} versionOf={versionsKey} intent={RESERVING}>
        {(own) => <Reserve seats={own} />}
      </OwnState>
    </BesideReview>
  )
}

const RESERVING = 'reserve'

function Reserve({ seats }: { readonly seats: ShownSeats }) {
  const form = useCheckedForm(ReserveSeats, {
    intent: RESERVING,
    labels: { pool: 'Plätze für', reserve: 'Zurückhalten', until: 'Bis' },
  })
  const isAnswered = useOwnAnswer(RESERVING) !== undefined
  const options = seats.pools.map(optionOf)
  return (
    <details className="kern-accordion m-sect" open={isAnswered || form.summary.length > 0}>
      <summary className="kern-accordion__header">
        <span className="kern-title">Plätze für erwartete Kinder zurückhalten</span>
      </summary>
      <div className="kern-accordion__body">
        <Form {...form.formProps} label="Plätze zurückhalten" className="m-stack">
          <HeldRefusals refusals={form.refusals} />
          <ErrorSummary errors={form.summary} />
          <input type="hidden" name="intent" value={RESERVING} />
          <input type="hidden" name="schoolNumber" value={seats.schoolNumber} />
          <p className="m-prose">
            Zurückgehaltene Plätze werden niemandem vorgeschlagen, bis zu dem Tag, den Sie nennen.
            Mit 0 geben Sie sie wieder frei.
          </p>
          <div className="m-f3">
            <Select
              {...form.field('pool')}
              defaultValue={samePool(options, form.value('pool'))}
              options={options}
            />
            <TextField {...form.field('reserve')} inputMode="numeric" narrow />
            <DateField {...form.field('until')} />
          </div>
          <SubmitButton kind="secondary">Plätze zurückhalten</SubmitButton>
        </Form>
      </div>
    </details>
  )
}

/** The pool that was chosen, over the version that is on the screen by now. */
function samePool(options: readonly Option[], chosen: string): string | undefined {
  const [poolId] = chosen.split('/')
  return options.find(({ value }) => value.split('/')[0] === poolId)?.value
}

function optionOf(pool: ShownPool) {
  const { poolId, version, kind, gradeFrom, gradeTo, schoolYear, reserve, reserveUntil } = pool
  const held =
    reserveUntil === null ? '' : `, zurückgehalten: ${reserve} bis ${formatDate(reserveUntil)}`
  const where = `${t(`seat_kind.${kind}`)}, ${gradesText(gradeFrom, gradeTo)}`
  return {
    value: `${poolId}/${version}`,
    label: `${where}, ${schoolYearText(schoolYear)} (frei: ${pool.free}${held})`,
  }
}
