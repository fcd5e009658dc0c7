import { ROLES, type StaffRole } from '#app/policy/roles.ts'
import { ROLE_WORDS } from './role-words.ts'

const WORDS: Readonly<Record<string, string | undefined>> = {
  factor_added: 'Ein zweiter Schritt für die Anmeldung wurde eingerichtet.',
  factor_removed: 'Ein zweiter Schritt für die Anmeldung wurde entfernt.',
  password_changed: 'Das Passwort wurde geändert.',
  account_reset:
    'Ihr Konto wurde zurückgesetzt: Passwort, zweite Schritte, Wiederherstellungscodes und alle Anmeldungen galten danach nicht mehr',
  recovery_codes_made: 'Neue Wiederherstellungscodes wurden erzeugt.',
  recovery_code_used: 'Ein Wiederherstellungscode wurde benutzt.',
  signed_out_everywhere: 'Sie wurden überall abgemeldet.',
  provider_linked: 'Das Konto wurde mit der Anmeldung Ihrer Dienststelle verbunden.',
  provider_unlinked: 'Die Verbindung mit der Anmeldung Ihrer Dienststelle wurde gelöst.',
}

/** What happened to an account as a sentence; who did it by role, never by name. */
export function noticeText(kind: string, byRole: string | null): string {
  const text = WORDS[kind] ?? 'An Ihrem Konto wurde etwas geändert.'
  const role = ROLES.find((one): one is StaffRole => one === byRole)
  if (role === undefined) return text.endsWith('.') ? text : `${text}.`
  return `${text.replace(/\.$/, '')} (durch: ${ROLE_WORDS[role]}).`
}
