import type { NextStep } from '#app/domain/case/clocks.ts'
import { formatDate, formatDateTime, formatTime, formatWeekday } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import { LinkButton } from '../form/buttons.tsx'
import { telHref } from '../telephone.ts'
import type { CaseFile } from './case-page-data.ts'
import { NextStepBox } from './next-step.tsx'

/** Where a step is done, and what the button says. Steps of others have no page of ours. */
const DOORS: Readonly<Partial<Record<NextStep, readonly [part: string, label: string]>>> = {
  make_appointment: ['/termin', 'Termin vereinbaren'],
  await_booking: ['/termin', 'Termin vereinbaren'],
  prepare_appointment: ['/termin', 'Termin ansehen'],
  record_counselling: ['/beratung', 'Beratung erfassen'],
  offer_new_appointment: ['/termin', 'Neuen Termin vereinbaren'],
  propose_school: ['/vorschlaege', 'Schulen ansehen'],
  await_assignment: ['/zuweisung', 'Vorschlag ansehen'],
  assign_school: ['/zuweisung', 'Vorschlag ansehen und zuweisen'],
  await_colleague: ['/zuweisung', 'Vorschlag ansehen'],
  propose_again: ['/vorschlaege', 'Schulen ansehen'],
  await_capacity_decision: ['/zuweisung', 'Zuweisung ansehen'],
  answer_report: ['/zuweisung', 'Meldung ansehen und entscheiden'],
  await_report_answer: ['/zuweisung', 'Zuweisung ansehen'],
  await_review: ['/begleitung', 'Begleitung ansehen'],
  record_review: ['/begleitung', 'Lernstand eintragen'],
  clarify_absence: ['/vorschlaege', 'Neue Schule vorschlagen'],
  clarify_whereabouts: ['/ende', 'Fall beenden'],
}

/** The one framed next step; nothing where nobody has to do anything any more. */
export function CaseNextStep({ file }: { readonly file: CaseFile }) {
  const { step, waitsFor } = file.next
  if (step === 'nothing') return null
  const door = DOORS[step]
  return (
    <NextStepBox
      title={t(`next.${step}`)}
      waitsFor={waitsFor}
      action={
        door === undefined ? null : (
          <LinkButton to={`/faelle/${file.caseId}${door[0]}`}>{door[1]}</LinkButton>
        )
      }
    >
      {SENTENCES[step](file)} <Phone file={file} />
    </NextStepBox>
  )
}

const SENTENCES: Readonly<Record<NextStep, (file: CaseFile) => string>> = {
  make_appointment: () => 'Die Familie ist gemeldet und hat noch keinen Termin.',
  await_booking: () => 'Die Familie ist eingeladen und hat noch keinen Termin.',
  prepare_appointment: ({ appointment }) =>
    appointment === null
      ? 'Der Termin steht fest.'
      : `Der Termin ist am ${formatWeekday(appointment.startsAt)} um ${formatTime(appointment.startsAt)} Uhr.`,
  record_counselling: ({ appointment }) =>
    appointment === null
      ? 'Der Termin ist da.'
      : `Der Termin ist am ${formatWeekday(appointment.startsAt)} um ${formatTime(appointment.startsAt)} Uhr. Ist niemand gekommen? Das tragen Sie beim Termin ein.`,
  offer_new_appointment: () => 'Zum letzten Termin ist niemand gekommen.',
  propose_school: () => 'Die Beratung ist abgeschlossen. Das Kind wartet auf einen Platz.',
  await_assignment: proposedSentence,
  assign_school: (file) => `${proposedSentence(file)} Ihr Zentrum weist für die Schulaufsicht zu.`,
  await_colleague: (file) =>
    `${proposedSentence(file)} Zuweisen muss jemand anderes aus Ihrem Zentrum als die Person, die vorgeschlagen hat.`,
  propose_again: ({ proposal, school }) =>
    `Die Frist für den Vorschlag an ${school?.name ?? 'die Schule'} ist ${
      proposal === null ? '' : `am ${formatDate(proposal.holdUntil)} `
    }abgelaufen; der Platz ist wieder frei.`,
  await_admission: ({ school }) =>
    `${school?.name ?? 'Die Schule'} hat die Aufnahme noch nicht bestätigt.`,
  await_capacity_decision: (file) =>
    `${reportedSentence(file)} Das Schulamt entscheidet, ob die Zuweisung bleibt.`,
  answer_report: (file) =>
    `${reportedSentence(file)} Ihr Zentrum entscheidet für die Schulaufsicht, ob die Zuweisung bleibt.`,
  await_report_answer: (file) =>
    `${reportedSentence(file)} Entscheiden muss jemand anderes aus Ihrem Zentrum als die Person, die vorgeschlagen hat, oder das Schulamt.`,
  await_first_day: ({ school, plannedFirstDay }) =>
    `Aufgenommen an ${school?.name ?? 'der Schule'}. ${
      plannedFirstDay === null
        ? 'Der erste Schultag ist noch nicht genannt.'
        : `Der erste Schultag soll am ${formatDate(plannedFirstDay)} sein.`
    }`,
  await_review: ({ followUp }) =>
    followUp === null
      ? 'Die Begleitung läuft.'
      : `Der nächste Lernstand ist am ${formatDate(followUp.nextReviewOn)} fällig.`,
  record_review: ({ followUp }) =>
    followUp === null
      ? 'Ein Lernstand ist fällig.'
      : `Der Lernstand ist am ${formatDate(followUp.nextReviewOn)} fällig.`,
  clarify_absence: ({ school }) =>
    `Das Kind ist an ${school?.name ?? 'der Schule'} nicht angetreten; der Platz ist wieder frei. Bitte fragen Sie die Familie, warum. Dann schlagen Sie wieder eine Schule vor oder beenden den Fall.`,
  clarify_whereabouts: ({ school, goneOn }) =>
    `${school?.name ?? 'Die Schule'} hat ${
      goneOn === null ? '' : `am ${formatDate(goneOn)} `
    }gemeldet, dass das Kind nicht mehr dort ist. Bitte fragen Sie die Familie. Ist das Kind fort, beenden Sie den Fall; geht es doch noch hin, berichtigt die Schule ihre Antwort.`,
  nothing: () => '',
}

function reportedSentence({ school }: CaseFile): string {
  return `${school?.name ?? 'Die Schule'} hat gemeldet, dass der Platz fehlt.`
}

function proposedSentence({ proposal, school }: CaseFile): string {
  const name = school?.name ?? 'Die Schule'
  if (proposal === null) return `${name} ist vorgeschlagen.`
  const held = `${name} ist vorgeschlagen. Der Platz ist bis ${formatDateTime(proposal.holdUntil)} gehalten.`
  return proposal.canAdmitAt === null ? held : `${held} Die Schule kann das Kind aufnehmen.`
}

const CALLS: readonly NextStep[] = [
  ...(['await_admission', 'await_first_day', 'clarify_absence', 'clarify_whereabouts'] as const),
]

function Phone({ file }: { readonly file: CaseFile }) {
  const phone = file.school?.phone ?? null
  if (phone === null || !CALLS.includes(file.next.step)) return null
  return (
    <>
      Telefon der Schule: <a href={telHref(phone)}>{phone}</a>
    </>
  )
}
