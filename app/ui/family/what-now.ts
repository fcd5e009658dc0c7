import type { FamilyState } from '#app/domain/family/family-state.ts'
import { formatTime, formatWeekday } from '#app/i18n/format.ts'
import type { Locale } from '#app/i18n/locales.ts'
import { type FamilyKey, type FamilyTranslate, translator } from '#app/i18n/translator.ts'

/** What the family does now, and why; `why` is null where the first sentence says all. */
export type WhatNow = { readonly todo: string; readonly why: string | null }

/** The one thing to do now, by stage: first what, then why, never a day nobody knows. */
export function whatNow(state: FamilyState, locale: Locale): WhatNow {
  const tell = translator(locale)
  switch (state.stage) {
    case 'appointed':
      return { todo: appointed(state, tell, locale), why: null }
    case 'admitted':
      return { todo: admitted(state, tell, locale), why: null }
    case 'registered':
      return { todo: tell('family.todo.registered'), why: tell('family.why.general') }
    case 'assigned':
      return { todo: tell('family.todo.assigned'), why: tell('family.why.assigned') }
    case 'counselled':
    case 'waiting':
    case 'proposed':
      return { todo: tell('family.todo.searching'), why: tell('family.why.searching') }
    default:
      return { todo: tell(TODO[state.stage]), why: null }
  }
}

type PlainStage = Exclude<
  FamilyState['stage'],
  'appointed' | 'admitted' | 'registered' | 'assigned' | 'counselled' | 'waiting' | 'proposed'
>

const TODO: Readonly<Record<PlainStage, FamilyKey>> = {
  invited: 'family.todo.invited',
  missed: 'family.todo.missed',
  not_started: 'family.todo.notStarted',
  attending: 'family.todo.attending',
  regular_class: 'family.todo.attending',
  completed: 'family.todo.attending',
  not_responsible: 'family.todo.ended',
  self_enrolment: 'family.todo.ended',
  closed: 'family.todo.ended',
}

function appointed(state: FamilyState, tell: FamilyTranslate, locale: Locale): string {
  if (state.appointment === null) return tell('family.todo.call')
  const { startsAt, mode } = state.appointment
  const when = { date: formatWeekday(startsAt, locale), time: formatTime(startsAt) }
  return tell(mode === 'on_site' ? 'family.todo.appointed' : 'family.todo.byPhone', when)
}

function admitted(state: FamilyState, tell: FamilyTranslate, locale: Locale): string {
  if (state.firstDay === null) return tell('family.todo.admittedNoDay')
  return tell('family.todo.admitted', { date: formatWeekday(state.firstDay, locale) })
}
