import type { CalendarDate, Instant } from '#app/domain/time.ts'
import { dayOf } from '#app/domain/time.ts'
import type { Locale } from './locales.ts'

const BERLIN = 'Europe/Berlin'

/** Western digits and the Gregorian calendar in every language: that is what stands on papers here. */
const INTL: Readonly<Record<Locale, string>> = {
  de: 'de-DE',
  en: 'en-GB',
  ar: 'ar-u-nu-latn-ca-gregory',
}

/** Berlin noon of a day: safely inside that day, whatever the season. */
function noon(date: CalendarDate): Date {
  return new Date(`${date}T11:00:00Z`)
}

function isInstant(at: CalendarDate | Instant): at is Instant {
  return at.includes('T')
}

function day(at: CalendarDate | Instant): CalendarDate {
  return isInstant(at) ? dayOf(at) : at
}

/** `19.11.2026`: how staff pages write a day. Cut from the text, so server and browser agree. */
export function formatDate(at: CalendarDate | Instant): string {
  const [year, month, date] = day(at).split('-')
  return `${date}.${month}.${year}`
}

/** `19.11.`: a day of the current year in a narrow column. */
export function formatDayMonth(at: CalendarDate | Instant): string {
  const [, month, date] = day(at).split('-')
  return `${date}.${month}.`
}

const berlinTime = new Intl.DateTimeFormat('de-DE', {
  timeZone: BERLIN,
  hour: '2-digit',
  minute: '2-digit',
})

/** `10:30`: the wall clock in Berlin; the same digits in every language. */
export function formatTime(at: Instant): string {
  return berlinTime.format(new Date(at))
}

/** `19.11.2026, 10:30 Uhr`. */
export function formatDateTime(at: Instant): string {
  return `${formatDate(at)}, ${formatTime(at)} Uhr`
}

const weekdays = {
  de: new Intl.DateTimeFormat(INTL.de, longDate(true)),
  en: new Intl.DateTimeFormat(INTL.en, longDate(true)),
  ar: new Intl.DateTimeFormat(INTL.ar, longDate(true)),
}

/** `Donnerstag, 19. November 2026` in the reader's language: families, letters, page heads. */
export function formatLongDate(at: CalendarDate | Instant, locale: Locale = 'de'): string {
  return readable(weekdays[locale], at, locale)
}

const dayNames = {
  de: new Intl.DateTimeFormat(INTL.de, longDate(false)),
  en: new Intl.DateTimeFormat(INTL.en, longDate(false)),
  ar: new Intl.DateTimeFormat(INTL.ar, longDate(false)),
}

/** `Donnerstag, 19. November`: without the year, where it is plain which one. */
export function formatWeekday(at: CalendarDate | Instant, locale: Locale = 'de'): string {
  return readable(dayNames[locale], at, locale)
}

function longDate(withYear: boolean): Intl.DateTimeFormatOptions {
  return {
    timeZone: BERLIN,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(withYear ? { year: 'numeric' } : {}),
  }
}

const levantineMonth = new Intl.DateTimeFormat('ar-SY-u-nu-latn-ca-gregory', {
  timeZone: BERLIN,
  month: 'long',
})

/** Arabic names a month twice, as the Levant and as Egypt say it: both groups of readers come here. */
function readable(format: Intl.DateTimeFormat, at: CalendarDate | Instant, locale: Locale): string {
  const date = noon(day(at))
  if (locale !== 'ar') return format.format(date)
  return format
    .formatToParts(date)
    .map((part) =>
      part.type === 'month' ? `${levantineMonth.format(date)} / ${part.value}` : part.value,
    )
    .join('')
}

/** `1,4 km`, `2 km`, from metres. */
export function formatKilometres(metres: number): string {
  return `${String(Math.round(metres / 100) / 10).replace('.', ',')} km`
}

/** `7 Tage`, `1 Tag`. */
export function formatDays(days: number): string {
  return days === 1 ? '1 Tag' : `${days} Tage`
}

/** `K7M4X-QR2TP`: a short code in two groups, however it was typed or stored. */
export function formatShortCode(code: string): string {
  const plain = code.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase()
  return `${plain.slice(0, 5)}-${plain.slice(5)}`
}

/** `0815 4711`: a PIN in two groups of four, easier to copy from paper. */
export function formatPin(pin: string): string {
  return `${pin.slice(0, 4)} ${pin.slice(4)}`
}
