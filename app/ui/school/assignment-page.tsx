import { useActionData } from '@remix-run/react'
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
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section, TwoColumns } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { gradesText } from '../seat/pool-table.tsx'
import { ReportSections, ReportStep } from './assignment-report.tsx'
import { freeText, Reasons, regularText } from './authority-desk-cells.tsx'
import { SEND_BACK_LABELS, SendBackFields } from './send-back-fields.tsx'

type Props = { readonly page: AssignmentPage }

/** The proposal of one case: who assigns decides here, others see how it stands. */
export function AssignmentView({ page }: Props) {
  const answer = useActionData<{ readonly refusal?: Refusal | null }>()
  return (
    <>
      <Head page={page} />
      <RefusalNotice refusal={answer?.refusal} />
      <Step page={page} />
      <Main page={page} />
    </>
  )
}

function Main({ page }: Props) {
  const { proposal, report } = page
  const aside = <Child page={page} />
  if (report !== null) {
    return <TwoColumns main={<ReportSections page={page} report={report} />} aside={aside} />
  }
  if (proposal === null) return aside
  return <TwoColumns main={<Proposal page={page} proposal={proposal} />} aside={aside} />
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
  const { proposal, placement, report } = page
  if (report !== null) return <ReportStep page={page} report={report} />
  if (placement !== null) {
    return (
      <Notice
        kind="success"
        title={`Zugewiesen: ${placement.school.name}, seit ${formatDate(placement.assignedOn)}.`}
      >
        {page.keptAt === null ? null : (
          <p>
            Die Schule hatte gemeldet, dass der Platz fehlt. Am {formatDate(page.keptAt)} ist
            entschieden worden: Die Zuweisung bleibt.
          </p>
        )}
      </Notice>
    )
  }
  if (proposal === null) return <NoProposal page={page} />
  if (!page.isHeld) return <Expired page={page} proposal={proposal} />
  return page.decider === 'self' ? (
    <Decide page={page} proposal={proposal} />
  ) : (
    <OthersDecide page={page} proposal={proposal} />
  )
}

function OthersDecide({ page, proposal }: Props & { readonly proposal: ShownProposal }) {
  const { title, waitsFor, why } = othersWords(page)
  return (
    <NextStepBox title={title} waitsFor={waitsFor}>
      {why}
      {proposal.school.name} ist seit {formatDate(proposal.proposedOn)} vorgeschlagen. Der Platz ist
      bis {formatDateTime(proposal.holdUntil)} vorgemerkt.
    </NextStepBox>
  )
}

function othersWords({ decider, canOpenFile }: AssignmentPage) {
  if (decider === 'authority') {
    return { title: 'Das Schulamt entscheidet', waitsFor: 'authority', why: '' } as const
  }
  return canOpenFile
    ? ({
        title: 'Jemand anderes aus Ihrem Zentrum entscheidet',
        waitsFor: 'us',
        why: 'Zuweisen muss jemand anderes als die Person, die vorgeschlagen hat. ',
      } as const)
    : ({
        title: 'Das Zentrum entscheidet',
        waitsFor: undefined,
        why: 'Dieses Zentrum weist für die Schulaufsicht zu. ',
      } as const)
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
      {page.decider === 'self' ? <SendBackForm page={page} /> : null}
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
    labels: SEND_BACK_LABELS,
  })
  return (
    <div id="zurueckgeben">
      <Section title="Mit Grund zurückgeben" prose>
        <Form {...form.formProps} className="m-stack" label="Mit Grund zurückgeben">
          <ErrorSummary errors={form.summary} />
          <input type="hidden" name="version" value={page.version} />
          <SendBackFields
            form={form}
            hint="Die Beratung liest ihn. Der Platz wird wieder frei."
            button="An die Beratung zurückgeben"
          />
        </Form>
      </Section>
    </div>
  )
}
