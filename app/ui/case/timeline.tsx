import type { ReactNode } from 'react'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'

/** One entry of the trail: what, valid since when, by whom, and when it was written down. */
export type TimelineEvent = {
  readonly id: string
  readonly validOn: CalendarDate
  readonly recordedOn: CalendarDate
  readonly text: ReactNode
  readonly who: string
  readonly reason?: string | undefined
}

/** What happened to a case, newest first as handed over: who, when, since when valid, why. */
export function Timeline({ events }: { readonly events: readonly TimelineEvent[] }) {
  return (
    <ol className="m-log">
      {events.map((event) => (
        <li key={event.id}>
          <time dateTime={event.validOn}>{formatDate(event.validOn)}</time>
          <div>
            {event.text}
            {event.reason ? <span className="why">Grund: {event.reason}</span> : null}
            <span className="who">{whoLine(event)}</span>
          </div>
        </li>
      ))}
    </ol>
  )
}

/** "A. Brandt, KI-Beratung · eingetragen 06.11.2026, gilt seit 05.11.2026" where the days differ. */
function whoLine({ who, validOn, recordedOn }: TimelineEvent): string {
  if (validOn === recordedOn) return who
  return `${who} · eingetragen ${formatDate(recordedOn)}, gilt seit ${formatDate(validOn)}`
}
