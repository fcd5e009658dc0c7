import { useActionData } from '@remix-run/react'
import type { InvitableRole } from '#app/forms/account.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { type AccountLine, AccountTable } from './account-table.tsx'
import { InviteSection } from './invite-section.tsx'
import { type Issued, IssuedLink } from './issued-link.tsx'

type Centre = { readonly id: string; readonly name: string }

type Page = {
  readonly centre: Centre | null
  readonly centres: readonly Centre[]
  readonly scope: 'all' | 'leads'
  readonly accounts: readonly AccountLine[]
}

type Props = {
  readonly page: Page
  /** Whom one is about to invite, from the address; null: not chosen yet. */
  readonly role: InvitableRole | null
  /** Something was just changed, from the address. */
  readonly isDone: boolean
}

type Answer = { readonly refusal: Refusal | null; readonly issued?: Issued | null }

/** The accounts of a centre: who may do what here, and how somebody new comes in. */
export function AccountsPage({ page, role, isDone }: Props) {
  const answer = useActionData<Answer>()
  const { centre, scope } = page
  return (
    <>
      <Crumb href="/verwaltung">Verwaltung</Crumb>
      <PageTitle title={scope === 'all' ? 'Konten' : 'Leitungen'} sub={centre?.name} />
      <RefusalNotice refusal={answer?.refusal} />
      {answer?.issued ? <IssuedLink issued={answer.issued} /> : null}
      {isDone && !answer ? (
        <Notice kind="success" title="Das Konto ist geändert." live="status" />
      ) : null}
      <CentreSwitch
        centres={page.centres}
        current={centre?.id}
        href={(id) => `/verwaltung/konten?zentrum=${id}`}
      />
      {centre === null ? (
        <NoCentre />
      ) : (
        <WithCentre page={page} centre={centre} role={role} answer={answer} />
      )}
    </>
  )
}

type WithCentreProps = {
  readonly page: Page
  readonly centre: Centre
  readonly role: InvitableRole | null
  readonly answer: Answer | undefined
}

function WithCentre({ page, centre, role, answer }: WithCentreProps) {
  const { accounts, scope } = page
  return (
    <>
      {accounts.length === 0 ? (
        <EmptyState title="Noch keine Leitung">
          <p>Laden Sie die erste Leitung dieses Zentrums ein. Sie lädt alle anderen ein.</p>
        </EmptyState>
      ) : (
        <AccountTable accounts={accounts} centreId={centre.id} />
      )}
      {scope === 'leads' && accounts.length > 0 ? (
        <p className="m-small m-muted">
          Hier stehen die Leitungen und Konten, die für mehrere Zentren arbeiten. Alle anderen
          Konten verwaltet die Leitung.
        </p>
      ) : null}
      <InviteSection
        key={answer?.issued ? answer.issued.email : 'new'}
        centreId={centre.id}
        role={scope === 'leads' ? 'lead' : role}
        mayChoose={scope === 'all'}
      />
    </>
  )
}

function NoCentre() {
  return (
    <Section title="Noch kein Zentrum" prose>
      <p>
        Legen Sie am Terminal das erste Zentrum an:{' '}
        <code>npm run -s ki -- centres add --name NAME --code KÜRZEL --area GEBIET</code>. Danach
        laden Sie hier seine Leitung ein.
      </p>
    </Section>
  )
}
