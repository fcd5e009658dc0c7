import { useActionData } from '@remix-run/react'
import { type ReactNode, useEffect, useState } from 'react'
import { chosenValue, DeskForm } from '#app/forms/assignment.ts'
import { deskPath } from '#app/forms/authority-query.ts'
import type { AuthorityDesk, AuthorityRow } from '#app/presenters/authority-desk.server.ts'
import { ClockBar } from '../case/clock-bar.tsx'
import { NothingOnEnter, SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { fieldId } from '../form/field.tsx'
import { Form } from '../form/form.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { FoldTable } from '../list/fold-table.tsx'
import { ChildCell, OthersCell, Reasons, SchoolCell } from './authority-desk-cells.tsx'
import { SEND_BACK_LABELS, SendBackFields } from './send-back-fields.tsx'

/** The name of the boxes; the error summary jumps to the first. */
const CHOSEN = 'chosen'

/** The rows of the page with a box each, and what can be done with those that are ticked. */
export function AuthorityDeskForm({ desk }: { readonly desk: AuthorityDesk }) {
  const { rows, query } = desk
  const form = useCheckedForm(DeskForm, {
    labels: { [CHOSEN]: 'Kinder', ...SEND_BACK_LABELS },
  })
  const sent = useSentRows()
  const { count, onTick } = useCount(form)
  const isChosen = (row: AuthorityRow) => query.all || sent.includes(chosenValue(row))
  return (
    <Form
      {...form.formProps}
      // the answer stands on the same view of the list, without what was ticked for it
      action={deskPath({ narrow: query.narrow, page: query.page })}
      label="Vorschläge entscheiden"
    >
      <NothingOnEnter />
      <ErrorSummary errors={form.summary} />
      <AuthorityDeskTable
        caption="Vorschläge, über die Sie entscheiden"
        pick="Auswahl"
        rows={rows.map((row, index) => ({
          row,
          pick: (
            <PickBox
              row={row}
              id={index === 0 ? fieldId(CHOSEN) : `${fieldId(CHOSEN)}-${index}`}
              isChosen={isChosen(row)}
              onTick={onTick}
            />
          ),
        }))}
      />
      <BulkBar form={form} count={count} />
    </Form>
  )
}

type TableProps = {
  readonly caption: string
  /** What the column of boxes is called; absent: nothing is chosen. */
  readonly pick?: string
  readonly rows: readonly { readonly row: AuthorityRow; readonly pick?: ReactNode }[]
}

/** Proposals with what speaks for them. */
export function AuthorityDeskTable({ caption, pick, rows }: TableProps) {
  return (
    <FoldTable
      caption={caption}
      captionHidden
      edge
      variant="decision"
      pick={pick}
      columns={[
        { key: 'child', label: 'Kind' },
        { key: 'school', label: 'Vorgeschlagene Schule, frei', short: 'Vorschlag' },
        { key: 'reasons', label: 'Gründe' },
        {
          key: 'others',
          label: 'Andere Schulen: Förder- und Regelplätze frei',
          short: 'Auch frei',
        },
        { key: 'clock', label: 'Uhr: Tage / Ziel', short: 'Uhr' },
      ]}
      groups={[
        {
          key: 'all',
          rows: rows.map(({ row, pick: box }) => ({
            id: row.caseId,
            late: row.isLate,
            pick: box,
            cells: [
              <ChildCell key="child" row={row} />,
              <SchoolCell key="school" proposal={row.proposal} />,
              <Reasons key="reasons" proposal={row.proposal} />,
              <OthersCell key="others" others={row.proposal.others} />,
              row.clock === null ? null : <ClockBar key="clock" clock={row.clock} />,
            ],
          })),
        },
      ]}
    />
  )
}

/** The rows that were ticked when the form came back for a correction. */
function useSentRows(): readonly string[] {
  const answer = useActionData<{ readonly values?: Readonly<Record<string, unknown>> }>()
  const sent = answer?.values?.[CHOSEN]
  return [sent].flat().filter((row) => typeof row === 'string')
}

/** How many boxes are ticked; null until a script can count them. */
function useCount({ formProps: { formRef } }: CheckedForm) {
  const [count, setCount] = useState<number | null>(null)
  const onTick = () => {
    const ticked = formRef.current?.querySelectorAll(`input[name="${CHOSEN}"]:checked`)
    setCount(ticked?.length ?? null)
  }
  // the browser may have ticked some itself, coming back to the page
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is there
  useEffect(onTick, [])
  return { count, onTick }
}

type PickProps = {
  readonly row: AuthorityRow
  readonly id: string
  readonly isChosen: boolean
  readonly onTick: () => void
}

function PickBox({ row, id, isChosen, onTick }: PickProps) {
  return (
    <div className="kern-form-check">
      <input
        className="kern-form-check__checkbox"
        type="checkbox"
        id={id}
        name={CHOSEN}
        value={chosenValue(row)}
        defaultChecked={isChosen}
        onChange={onTick}
      />
      <label className="kern-label" htmlFor={id}>
        <span className="kern-sr-only">{row.name} auswählen</span>
      </label>
    </div>
  )
}

type BarProps = { readonly form: CheckedForm; readonly count: number | null }

function BulkBar({ form, count }: BarProps) {
  return (
    <div className="m-bulk m-noprint">
      <p className="m-grow">
        {count === null ? null : <b>{count} ausgewählt. </b>}
        Jede Zuweisung wird einzeln geprüft und erhält ein eigenes Ergebnis.
      </p>
      <SubmitButton name="intent" value="assign">
        {childrenText(count)} zuweisen
      </SubmitButton>
      <details className="m-bulk__back" open={form.summary.some(isOfReason) || undefined}>
        <summary className="kern-btn kern-btn--secondary">
          <span className="kern-label">Mit Grund zurückgeben</span>
        </summary>
        <div className="m-stack m-bulk__reason">
          <SendBackFields
            form={form}
            hint="Gilt für alle ausgewählten Kinder; die Beratung liest ihn. Die Plätze werden wieder frei."
            button={`${childrenText(count)} an die Beratung zurückgeben`}
          />
        </div>
      </details>
    </div>
  )
}

function isOfReason({ name }: { readonly name: string }): boolean {
  return name === 'reason' || name === 'sentence'
}

function childrenText(count: number | null): string {
  if (count === null || count === 0) return 'Ausgewählte Kinder'
  return count === 1 ? '1 Kind' : `${count} Kinder`
}
