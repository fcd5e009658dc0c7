import type { DeskNoticeKind, NoticeAudience } from '#app/domain/notice/desk-notice.ts'
import { DESKS } from '#app/domain/notice/desk-notice.ts'

type Words = {
  readonly say: (name: string) => string
  /** The page of the case on which one acts. */
  readonly page: string
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
}

const NAMELESS =
  'Hier hat etwas auf Sie gewartet. Was noch offen ist, steht unten auf dieser Seite.'

type Told = {
  readonly kind: DeskNoticeKind
  readonly child: { readonly caseId: string; readonly name: string } | null
}

/** A notice as a sentence, with the page on which its reader acts. */
export function newsText(
  desk: NoticeAudience,
  { kind, child }: Told,
): { readonly text: string; readonly href: string } {
  if (child === null) return { text: NAMELESS, href: DESKS[desk] }
  const { say, page } = WORDS[kind]
  return { text: say(child.name), href: `/faelle/${child.caseId}${page}` }
}
