import { index, type RouteConfig, route } from '@remix-run/route-config'

/** The site map, on one page. Addresses are German: they are read by people. */
export default [
  index('routes/home.tsx'),
  route('anmelden', 'routes/sign-in.tsx'),
  route('anmelden/bestaetigen', 'routes/sign-in.confirm.tsx'),
  route('anmelden/dienststelle', 'routes/sign-in.provider.tsx'),
  route('abmelden', 'routes/sign-out.tsx'),
  route('einladung', 'routes/invitation.tsx'),
  route('konto', 'routes/own-account.tsx'),
  route('konto/bestaetigen', 'routes/own-account.confirm.tsx'),
  route('konto/zwei-schritte', 'routes/own-account.factors.tsx'),
  route('konto/dienststelle', 'routes/own-account.provider.tsx'),
  route('konto/passkeys', 'routes/own-account.passkeys.tsx'),

  route('arbeitsliste', 'routes/work-list.tsx'),
  route('faelle', 'routes/cases.tsx'),
  route('faelle/neu', 'routes/cases.new.tsx'),
  route('faelle/:id', 'routes/case.tsx'),
  route('faelle/:id/termin', 'routes/case.appointment.tsx'),
  route('faelle/:id/beratung', 'routes/case.interview.tsx'),
  route('faelle/:id/vorschlaege', 'routes/case.suggestions.tsx'),
  route('faelle/:id/zuweisung', 'routes/case.assignment.tsx'),
  route('faelle/:id/aufnahme', 'routes/case.admission.tsx'),
  route('faelle/:id/zettel', 'routes/case.slip.tsx'),
  route('faelle/:id/begleitung', 'routes/case.follow-up.tsx'),
  route('faelle/:id/ende', 'routes/case.end.tsx'),
  route('faelle/:id/verlauf', 'routes/case.trail.tsx'),

  route('schulen', 'routes/schools.tsx'),
  route('schulen/:number', 'routes/school.tsx'),
  route('schultisch', 'routes/school-desk.tsx'),
  route('schulamt', 'routes/authority-desk.tsx'),
  route('termine', 'routes/appointments.tsx'),
  route('plan', 'routes/plan.tsx'),
  route('berichte', 'routes/reports.tsx'),

  route('verwaltung', 'routes/administration.tsx'),
  route('verwaltung/konten', 'routes/administration.accounts.tsx'),
  route('verwaltung/zentrum', 'routes/administration.centre.tsx'),
  route('verwaltung/schulen', 'routes/administration.schools.tsx'),
  route('verwaltung/protokoll', 'routes/administration.trail.tsx'),
  route('verwaltung/betrieb', 'routes/administration.operation.tsx'),

  route('familie', 'routes/family.tsx'),
  route('*', 'routes/not-found.tsx'),
] satisfies RouteConfig
