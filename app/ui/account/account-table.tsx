import { isSchoolForm, SCHOOL_FORMS } from '#app/domain/school/form.ts'
import type { Instant } from '#app/domain/time.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { StaffRole } from '#app/policy/roles.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { ROLE_WORDS } from './role-words.ts'

type AccountRole = {
  readonly assignmentId: string
  readonly role: StaffRole
  readonly school: { readonly number: string; readonly name: string } | null
  readonly ownerNumber: string | null
  readonly area: string | null
  readonly forms: readonly string[] | null
}

/** A line of the list; the presenter's, as JSON. */
export type AccountLine = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly state: 'active' | 'invited' | 'link_expired' | 'disabled'
  readonly linkUntil: Instant | null
  readonly roles: readonly AccountRole[]
  readonly isOwn: boolean
  readonly isShared: boolean
  readonly mayReset: boolean
  readonly mayDisable: boolean
  readonly mayEnable: boolean
  readonly mayEndRoles: boolean
}

const COLUMNS = [
  { key: 'name', label: 'Name' },
  { key: 'roles', label: 'Aufgabe' },
  { key: 'state', label: 'Stand' },
  { key: 'act', label: 'Ändern', hidden: true },
]

type Props = { readonly accounts: readonly AccountLine[]; readonly centreId: string }

/** Who has an account in the centre, as what, and what can be done about it. */
export function AccountTable({ accounts, centreId }: Props) {
  return (
    <div className="m-stack">
      <p className="m-small m-muted m-prose">
        Ein neuer Link beendet das alte Passwort sofort. Wer gesperrt ist, wird sofort abgemeldet.
      </p>
      <FoldTable
        caption="Konten"
        captionHidden
        columns={COLUMNS}
        groups={[
          {
            key: 'all',
            rows: accounts.map((line) => ({ id: line.id, cells: cellsOf(line, centreId) })),
          },
        ]}
      />
    </div>
  )
}

function cellsOf(line: AccountLine, centreId: string) {
  return [
    <Person key="name" line={line} />,
    <Roles key="roles" line={line} centreId={centreId} />,
    <State key="state" line={line} />,
    <Actions key="act" line={line} centreId={centreId} />,
  ]
}

function Person({ line }: { readonly line: AccountLine }) {
  return (
    <>
      {line.name}
      {line.isOwn ? ' (Sie)' : ''}
      <span className="sub">{line.email}</span>
    </>
  )
}

type CellProps = { readonly line: AccountLine; readonly centreId: string }

function Roles({ line, centreId }: CellProps) {
  return (
    <ul className="m-plain">
      {line.roles.map((role) => (
        <li key={role.assignmentId}>
          {ROLE_WORDS[role.role]}
          <span className="sub">{scopeText(role)}</span>
          {line.mayEndRoles ? <EndRole line={line} role={role} centreId={centreId} /> : null}
        </li>
      ))}
    </ul>
  )
}

function scopeText({ school, ownerNumber, area, forms }: AccountRole): string {
  const named = (forms ?? []).map((key) => (isSchoolForm(key) ? SCHOOL_FORMS[key] : key))
  return [
    school === null ? '' : `${school.name} (${school.number})`,
    ownerNumber === null ? '' : `Trägernummer ${ownerNumber}`,
    area === null ? '' : `Gebiet ${area.replaceAll(',', ', ')}`,
    named.join(', '),
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function EndRole({ line, role, centreId }: CellProps & { readonly role: AccountRole }) {
  return (
    <Form className="m-inline">
      <input type="hidden" name="centre" value={centreId} />
      <input type="hidden" name="account" value={line.id} />
      <input type="hidden" name="assignment" value={role.assignmentId} />
      <button
        type="submit"
        name="intent"
        value="end_role"
        className="m-linkbtn"
        aria-label={`Aufgabe ${ROLE_WORDS[role.role]} von ${line.name} beenden`}
      >
        Aufgabe beenden
      </button>
    </Form>
  )
}

const STATES = {
  active: 'aktiv',
  invited: 'eingeladen',
  link_expired: 'Link abgelaufen',
  disabled: 'gesperrt',
} as const

function State({ line: { state, linkUntil, isShared } }: { readonly line: AccountLine }) {
  return (
    <>
      {STATES[state]}
      {state === 'invited' && linkUntil !== null ? (
        <span className="sub">Link gilt bis {formatDateTime(linkUntil)}</span>
      ) : null}
      {isShared ? <span className="sub">auch außerhalb dieses Zentrums tätig</span> : null}
    </>
  )
}

function Actions({ line, centreId }: CellProps) {
  if (!line.mayReset && !line.mayDisable && !line.mayEnable) return null
  return (
    <Form className="m-row">
      <input type="hidden" name="centre" value={centreId} />
      <input type="hidden" name="account" value={line.id} />
      {line.mayReset ? <Act line={line} intent="reset" words="Neuer Link" /> : null}
      {line.mayDisable ? <Act line={line} intent="disable" words="Sperren" /> : null}
      {line.mayEnable ? <Act line={line} intent="enable" words="Entsperren" /> : null}
    </Form>
  )
}

type ActProps = { readonly line: AccountLine; readonly intent: string; readonly words: string }

function Act({ line, intent, words }: ActProps) {
  return (
    <SubmitButton
      kind="secondary"
      small
      name="intent"
      value={intent}
      label={`${words}: ${line.name}`}
    >
      {words}
    </SubmitButton>
  )
}
