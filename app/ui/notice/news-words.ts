import type { DeskNoticeKind, NoticeAudience } from '#app/domain/notice/desk-notice.ts'
import { DESKS } from '#app/domain/notice/desk-notice.ts'

type Words = {
  readonly say: (name: string) => string
  /** The page of the case on which one acts. */
  readonly page: string
  /** Of a child the reader may not see any more, where there is something to do all the same. */
  readonly nameless?: { readonly text: string; readonly href: string }
}

const WORDS: Readonly<Record<DeskNoticeKind, Words>> = {
  school_proposed: {
    say: (name) => `${name} ist Ihrer Schule vorgeschlagen. Bitte antworten Sie.`,
    page: '/aufnahme',
  },
  school_assigned: {
    say: (name) => `${name} ist Ihrer Schule zugewiesen. Bitte bestätigen Sie die Aufnahme.`,
    page: '/aufnahme',
  },
  proposal_waits: {
    say: (name) => `Für ${name} liegt ein Vorschlag vor. Bitte entscheiden Sie.`,
    page: '/zuweisung',
  },
  assignment_waits: {
    say: (name) =>
      `Für ${name} liegt ein Vorschlag vor. Bitte weisen Sie zu oder geben Sie zurück.`,
    page: '/zuweisung',
  },
  proposal_declined: {
    say: (name) => `Die Schule hat ${name} abgelehnt. Bitte schlagen Sie eine andere Schule vor.`,
    page: '/vorschlaege',
  },
  school_can_admit: {
    say: (name) => `Die Schule kann ${name} aufnehmen. Über die Zuweisung wird noch entschieden.`,
    page: '',
  },
  admission_confirmed: {
    say: (name) => `Die Schule hat ${name} aufgenommen. Bitte sagen Sie es der Familie.`,
    page: '',
  },
  proposal_sent_back: {
    say: (name) =>
      `Der Vorschlag für ${name} ist mit einem Grund zurückgegeben. Bitte schlagen Sie neu vor.`,
    page: '/vorschlaege',
  },
  case_assigned: {
    say: (name) => `${name} ist zugewiesen. Jetzt bestätigt die Schule die Aufnahme.`,
    page: '',
  },
  hold_ran_out: {
    say: (name) =>
      `Die Frist für den Vorschlag zu ${name} ist abgelaufen, der Platz ist wieder frei. Bitte schlagen Sie neu vor.`,
    page: '/vorschlaege',
  },
  capacity_reported: {
    say: (name) => `Für ${name} meldet die Schule keinen Platz. Bitte entscheiden Sie.`,
    page: '/zuweisung',
  },
  report_waits: {
    say: (name) =>
      `Für ${name} meldet die Schule keinen Platz. Bitte entscheiden Sie für die Schulaufsicht, ob die Zuweisung bleibt.`,
    page: '/zuweisung',
  },
  case_reported: {
    say: (name) =>
      `Für ${name} meldet die Schule keinen Platz. Ob die Zuweisung bleibt, wird noch entschieden.`,
    page: '/zuweisung',
  },
  school_kept: {
    say: (name) =>
      `Es ist entschieden: Die Zuweisung von ${name} bleibt. Bitte bestätigen Sie die Aufnahme.`,
    page: '/aufnahme',
  },
  case_kept: {
    say: (name) =>
      `Die Schule hat für ${name} keinen Platz gemeldet. Es ist entschieden: Die Zuweisung bleibt.`,
    page: '',
  },
  school_taken_back: {
    say: (name) => `Die Zuweisung von ${name} ist zurückgenommen.`,
    page: '/aufnahme',
    nameless: {
      text: 'Eine Zuweisung ist zurückgenommen, für die Sie keinen Platz hatten. Bitte prüfen Sie die Zahl Ihrer Plätze.',
      href: `${DESKS.school}#plaetze`,
    },
  },
  case_taken_back: {
    say: (name) =>
      `Die Zuweisung von ${name} ist zurückgenommen: An der Schule fehlt der Platz. Bitte schlagen Sie eine andere Schule vor.`,
    page: '/vorschlaege',
  },
  child_not_started: {
    say: (name) => `${name} ist nicht in die Schule gekommen. Bitte fragen Sie die Familie, warum.`,
    page: '',
  },
  child_gone: {
    say: (name) =>
      `Die Schule sagt: ${name} ist nicht mehr dort. Bitte fragen Sie die Familie, wo das Kind ist.`,
    page: '',
  },
  regular_place_missing: {
    say: (name) =>
      `Die Förderung von ${name} ist zu Ende, aber an der Schule fehlt ein Regelplatz. Bitte klären Sie es mit der Schule.`,
    page: '',
  },
  regular_place_sought: {
    say: (name) =>
      `Die Förderung von ${name} ist zu Ende, aber an der Schule fehlt ein Regelplatz. Die Beratung klärt es mit der Schule.`,
    page: '/zuweisung',
  },
}

const NAMELESS =
  'Hier hat etwas auf Sie gewartet. Was noch offen ist, steht unten auf dieser Seite.'

type Told = {
  readonly kind: DeskNoticeKind
  readonly child: { readonly caseId: string; readonly name: string } | null
  readonly passedOn: boolean
}

/** A notice as a sentence, with the page on which its reader acts. */
export function newsText(
  desk: NoticeAudience,
  { kind, child, passedOn }: Told,
): { readonly text: string; readonly href: string } {
  const { say, page, nameless } = WORDS[kind]
  if (child === null) return nameless ?? { text: NAMELESS, href: DESKS[desk] }
  const text = passedOn ? passedOnText(kind, child.name) : say(child.name)
  return { text, href: `/faelle/${child.caseId}${page}` }
}

function passedOnText(kind: DeskNoticeKind, name: string): string {
  const what =
    kind === 'report_waits' ? 'meldet die Schule keinen Platz' : 'liegt ein Vorschlag vor'
  return `Für ${name} ${what}. Inzwischen entscheidet jemand anderes.`
}
