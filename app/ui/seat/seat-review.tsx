import { useActionData } from '@remix-run/react'
import { type ReactNode, useEffect, useRef } from 'react'
import { toFields } from '#app/forms/form.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { ReviewedPool, SeatReview } from '#app/presenters/seat-review.server.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { schoolYearText } from './school-year-text.ts'
import { classSizeTexts } from './seat-decisions.tsx'
import { NUMBERS, poolText } from './shared-pool.ts'

type Answer = {
  readonly values: Readonly<Record<string, unknown>>
  readonly review?: SeatReview | null
}

/** What would come of the numbers that were sent to be looked at; null: nothing was. */
export function useSeatReview(): SeatReview | null {
  return useActionData<Answer>()?.review ?? null
}

/**
 * The other forms of the page: during a review none of them can be read, typed in or sent, for what they
 * send would be answered in place of it. What was typed in them stays.
 */
export function BesideReview({ children }: { readonly children: ReactNode }) {
  return <div hidden={useSeatReview() !== null}>{children}</div>
}

/**
 * New numbers before they are saved, each beside the one that holds now: the first thing on the page, so
 * that it is seen without a script too. What is saved is what was looked at: it is sent as it was typed.
 */
export function SeatReviewForm() {
  const answer = useActionData<Answer>()
  if (!answer?.review) return null
  return <Review review={answer.review} values={answer.values} />
}

type ReviewProps = { readonly review: SeatReview; readonly values: Answer['values'] }

function Review({ review: { pools, reason }, values }: ReviewProps) {
  const { intent: _review, ...typed } = values
  const hints = classSizeTexts(pools)
  return (
    <Section title="Änderungen prüfen">
      <Said />
      <FoldTable
        caption="Was sich mit den neuen Zahlen ändert"
        captionHidden
        columns={[
          { key: 'where', label: 'Plätze' },
          { key: 'what', label: 'Neu' },
          { key: 'free', label: 'Frei' },
          { key: 'valid', label: 'Gültig' },
        ]}
        groups={[
          {
            key: 'all',
            rows: pools.map((pool) => ({
              id: pool.poolId,
              cells: [
                `${poolText(pool)}, ${schoolYearText(pool.schoolYear)}`,
                changesOf(pool),
                freeText(pool),
                validText(pool),
              ],
            })),
          },
        ]}
      />
      {hints.map((hint) => (
        <p key={hint} className="m-note m-small m-sect0">
          {hint}
        </p>
      ))}
      <p className="m-small m-muted m-sect0">
        Grund der Änderung: {t(`capacity.${reason}`)}. Die Zahlen bleiben mit Grund, Name und Tagen
        nachlesbar.
      </p>
      <Form label="Geprüfte Zahlen" className="m-row m-row--end m-sect0">
        {toFields(typed).map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice, and nothing moves
          <input key={`${name} ${index}`} type="hidden" name={name} value={value} />
        ))}
        <SubmitButton name="intent" value="change">
          Geprüfte Zahlen speichern
        </SubmitButton>
        <SubmitButton name="intent" value="edit" kind="secondary">
          Weiter bearbeiten
        </SubmitButton>
      </Form>
    </Section>
  )
}

/** Takes the focus, as what is missing does: what was asked for stands here, and not where it was typed. */
function Said() {
  const box = useRef<HTMLParagraphElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <p ref={box} tabIndex={-1} className="m-prose">
      Gespeichert ist noch nichts. So würden die Plätze stehen:
    </p>
  )
}

/** "beschlossen: 12 statt 11, Züge: 5 statt 4". */
function changesOf({ before, after }: ReviewedPool): string {
  const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${NUMBERS[name]}: ${after[name] ?? '–'} statt ${before[name] ?? '–'}`)
    .join(', ')
}

function freeText({ before, after }: ReviewedPool): string {
  return before.free === after.free ? `weiter ${after.free}` : `${after.free} statt ${before.free}`
}

function validText({ validFrom, validTo }: ReviewedPool): string {
  const from = `ab ${formatDate(validFrom)}`
  return validTo === null ? from : `${from} bis ${formatDate(validTo)}`
}
