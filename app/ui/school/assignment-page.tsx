import { useActionData } from '@remix-run/react'
import { SEND_BACK_REASONS } from '#app/domain/case/reasons.ts'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { SendBack } from '#app/forms/assignment.ts'
import { formatDate, formatDateTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { AssignmentPage } from '#app/presenters/assignment-page.server.ts'
import type { ShownProposal } from '#app/presenters/authority-desk-proposal.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { CasePartHead } from '../case/case-page-head.tsx'
import { ClockBar } from '../case/clock-bar.tsx'
import { Facts } from '../case/facts.tsx'
import { NextStepBox } from '../case/next-step.tsx'
import { ChildName } from '../case/words.tsx'
import { LinkButton, SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section, TwoColumns } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { gradesText } from '../seat/pool-table.tsx'
import { freeText, Reasons, regularText } from './authority-desk-cells.tsx'

type Props = { readonly page: AssignmentPage }

/** The proposal of one case: the authority decides here, counsellors see how it stands. */
export function AssignmentView({ page }: Props) {
  const answer = useActionData<{ readonly refusal?: Refusal | null }>()
  return (
    <>
      <Head page={page} />
      <RefusalNotice refusal={answer?.refusal} />
      <Step page={page} />
      {page.proposal === null ? (
        <Child page={page} />
      ) : (
        <TwoColumns
          main={<Proposal page={page} proposal={page.proposal} />}
          aside={<Child page={page} />}
        />
      )}
    </>
  )
}

/** For those who keep the file a part of the case; for the authority the way back to its desk. */
function Head({ page }: Props) {
  const stage = `${t(`stage.${page.stage}`)} seit ${formatDate(page.stageSince)}`
  const side = page.clock.state === 'running' ? <ClockBar clock={page.clock} named /> : null
  if (page.canOpenFile) {
    return (
      <CasePartHead
        head={page}
        title="Zuweisung"
        current="/zuweisung"
        facts={[stage]}
        side={side}
      />
    )
  }
  return (
    <>
      <Crumb href="/schulamt">Entscheidungen</Crumb>
      <PageTitle
        title="Zuweisung"
        sub={
          <>
            <ChildName name={page.name} original={page.original} /> · {page.caseNumber} · {stage}
          </>
        }
        side={side}
      />
    </>
  )
}

function Step({ page }: Props) {
  const { proposal, placement } = page
  if (placement !== null) {
    return (
      <Notice
        kind="success"
        title={`Zugewiesen: ${placement.school.name}, seit ${formatDate(placement.assignedOn)}.`}
      />
    )
  }
  if (proposal === null) return <NoProposal page={page} />
  if (!page.isHeld) return <Expired page={page} proposal={proposal} />
  return page.canDecide ? (
    <Decide page={page} proposal={proposal} />
  ) : (
    <NextStepBox title="Das Schulamt entscheidet" waitsFor="authority">
      {proposal.school.name} ist seit {formatDate(proposal.proposedOn)} vorgeschlagen. Der Platz ist
      bis {formatDateTime(proposal.holdUntil)} vorgemerkt.
    </NextStepBox>
  )
}

function NoProposal({ page }: Props) {
  return (
    <Notice kind="info" title="Für dieses Kind ist zurzeit keine Schule vorgeschlagen.">
      {page.canOpenFile ? (
        <LinkButton kind="secondary" to={`/faelle/${page.caseId}/vorschlaege`}>
          Schulvorschläge ansehen
        </LinkButton>
      ) : null}
    </Notice>
  )
}

function Expired({ page, proposal }: Props & { readonly proposal: ShownProposal }) {
  return (
    <NextStepBox
      title={page.canOpenFile ? 'Neu vorschlagen' : 'Die Beratung schlägt neu vor'}
      waitsFor="us"
      action={
        page.canOpenFile ? (
          <LinkButton to={`/faelle/${page.caseId}/vorschlaege`}>Neu vorschlagen</LinkButton>
        ) : null
      }
    >
      Die Frist für {proposal.school.name} ist am {formatDateTime(proposal.holdUntil)} abgelaufen;
      der Platz ist wieder frei.
    </NextStepBox>
  )
}

function Decide({ page, proposal }: Props & { readonly proposal: ShownProposal }) {
  return (
    <NextStepBox
      title={`${proposal.school.name} zuweisen?`}
      action={
        <Form label="Zuweisen">
          <input type="hidden" name="intent" value="assign" />
          <input type="hidden" name="version" value={page.version} />
          <SubmitButton>Zuweisen</SubmitButton>
        </Form>
      }
    >
      Der Platz ist bis {formatDateTime(proposal.holdUntil)} vorgemerkt. Mit der Zuweisung bleibt er
      diesem Kind.
    </NextStepBox>
  )
}

function Proposal({ page, proposal }: Props & { readonly proposal: ShownProposal }) {
  const { school, pool, canAdmitAt } = proposal
  return (
    <>
      <Section title={school.name}>
        <Facts
          facts={[
            { term: 'Schulform', value: SCHOOL_FORMS[school.form] },
            { term: 'Plätze für', value: gradesText(pool.gradeFrom, pool.gradeTo) },
            { term: 'Frei', value: `${freeText(proposal)}, einer für dieses Kind vorgemerkt` },
            { term: 'Für später', value: regularText(proposal) },
            { term: 'Vorgeschlagen am', value: formatDate(proposal.proposedOn) },
            {
              term: 'Antwort der Schule',
              value:
                canAdmitAt === null
                  ? 'steht noch aus; Sie müssen darauf nicht warten'
                  : `kann aufnehmen (${formatDateTime(canAdmitAt)})`,
            },
          ]}
        />
      </Section>
      <Section title="Gründe">
        <Reasons proposal={proposal} />
      </Section>
      {page.canDecide ? <SendBackForm page={page} /> : null}
    </>
  )
}

function Child({ page }: Props) {
  const { facts } = page
  return (
    <Section title="Kind">
      <Facts
        facts={[
          {
            term: 'Geboren',
            value: page.age === null ? page.born : `${page.born} (${page.age} Jahre)`,
          },
          { term: 'Geschlecht', value: facts.sex },
          { term: 'Staatsangehörigkeit', value: facts.nationality },
          { term: 'Sprache der Familie', value: facts.language },
          { term: 'Wohnort', value: facts.municipality },
          {
            term: 'Empfohlene Klasse',
            value: facts.grade === null ? '' : `Klasse ${facts.grade}`,
          },
          {
            term: 'Empfohlene Schulform',
            value: facts.form === null ? 'offen gelassen' : SCHOOL_FORMS[facts.form],
          },
        ]}
      />
    </Section>
  )
}

function SendBackForm({ page }: Props) {
  const form = useCheckedForm(SendBack, {
    intent: 'send_back',
    labels: { reason: 'Grund', sentence: 'Begründung in einem Satz' },
  })
  return (
    <div id="zurueckgeben">
      <Section title="Mit Grund zurückgeben" prose>
        <Form {...form.formProps} className="m-stack" label="Mit Grund zurückgeben">
          <ErrorSummary errors={form.summary} />
          <input type="hidden" name="intent" value="send_back" />
          <input type="hidden" name="version" value={page.version} />
          <Select
            {...form.field('reason')}
            options={SEND_BACK_REASONS.map((reason) => ({
              value: reason,
              label: t(`send_back.${reason}`),
            }))}
          />
          <TextArea
            {...form.field('sentence')}
            hint="Die Beratung liest ihn. Der Platz wird wieder frei."
            maxLength={500}
          />
          <SubmitButton kind="secondary">An die Beratung zurückgeben</SubmitButton>
        </Form>
      </Section>
    </div>
  )
}
