import type { CalendarDate } from '#app/domain/time.ts'
import { t } from '#app/i18n/translate.ts'
import type { Medians } from '#app/presenters/work-list-medians.server.ts'

/** The one number: median days from the Meldung to the first school day, and the three clocks in it. */
export function OneNumber({ medians }: { readonly medians: Medians }) {
  const { days, clocks } = medians
  return (
    <section className="m-one" aria-labelledby="one-number">
      <div>
        {days === null ? null : (
          <p className="m-one__n">
            {days} <span>{days === 1 ? 'Tag' : 'Tage'}</span>
          </p>
        )}
        <p className="m-small" id="one-number">
          {about(medians)}
        </p>
      </div>
      <Course medians={medians} />
      <table className="m-three">
        <caption className="kern-sr-only">
          Median der drei Uhren, Schuljahr {yearText(medians.schoolYear)}
        </caption>
        <tbody>
          {clocks.map((clock) => (
            <tr key={clock.name}>
              <th scope="row">{t(`clock.${clock.name}`)}</th>
              <td>
                {clock.days === null ? '–' : <b>{clock.days}</b>}{' '}
                {clock.days === 1 ? 'Tag' : 'Tage'}
              </td>
              <td className={isOver(clock) ? 'm-over' : 'm-muted'}>Ziel {clock.target}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function isOver({ days, target }: { readonly days: number | null; readonly target: number }) {
  return days !== null && days > target
}

function about({ days, schoolYear, children, target, lastYear }: Medians): string {
  const before = lastYear === null ? '' : `, Vorjahr ${lastYear}`
  if (days === null) {
    return `Im Schuljahr ${yearText(schoolYear)} hat noch kein Kind seinen ersten Schultag gehabt. Ziel: ${target} Tage von der Meldung bis zum ersten Schultag${before}.`
  }
  const counted = children === 1 ? '1 Kind' : `${children} Kinder`
  return `von der Meldung bis zum ersten Schultag. Median, Schuljahr ${yearText(schoolYear)}, ${counted}. Ziel ${target}${before}.`
}

/** `2026/27` */
function yearText(schoolYear: number): string {
  return `${schoolYear}/${String(schoolYear + 1).slice(2)}`
}

const LEFT = 6
const RIGHT = 186
const TOP = 16
const BOTTOM = 62
const FEWEST_POINTS = 3

/** The course of the median since August; nothing while there is no course to see. */
function Course({ medians }: { readonly medians: Medians }) {
  const { course, target } = medians
  const [first, last] = [course[0], course.at(-1)]
  if (first === undefined || last === undefined || course.length < FEWEST_POINTS) return <span />
  const heights = course.map(({ days }) => days).concat(target)
  const [low, high] = [Math.min(...heights), Math.max(...heights)]
  const y = (days: number) =>
    round(BOTTOM - ((days - low) / Math.max(1, high - low)) * (BOTTOM - TOP))
  const x = (at: number) => round(LEFT + (at / (course.length - 1)) * (RIGHT - LEFT))
  const labels = besideEachOther(y(target), y(last.days))
  return (
    <svg
      className="m-spark"
      viewBox="0 0 256 84"
      width="256"
      height="84"
      role="img"
      aria-label={`Verlauf im Schuljahr: von ${first.days} auf ${last.days} Tage, Ziel ${target} Tage`}
    >
      <line x1={LEFT} x2={RIGHT} y1={y(target)} y2={y(target)} />
      <polyline points={course.map(({ days }, at) => `${x(at)},${y(days)}`).join(' ')} />
      <circle cx={LEFT} cy={y(first.days)} r="3" />
      <circle cx={RIGHT} cy={y(last.days)} r="3.5" />
      <text x={LEFT - 2} y={y(first.days) - 7}>
        {first.days}
      </text>
      <text x={RIGHT + 6} y={labels.today}>
        {last.days} heute
      </text>
      <text className="q" x={RIGHT + 6} y={labels.target}>
        Ziel {target}
      </text>
      <text className="q" x={LEFT - 2} y="80">
        {monthText(first.on)}
      </text>
      <text className="q" x={RIGHT - 22} y="80">
        {monthText(last.on)}
      </text>
    </svg>
  )
}

/** Base lines of the two labels at the right, moved apart where they would touch. */
function besideEachOther(target: number, today: number) {
  const apart = Math.abs(target - today)
  const room = Math.max(0, 14 - apart) / 2
  const down = today >= target ? 1 : -1
  return { target: target + 4 - down * room, today: today + 4 + down * room }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

const MONTHS = 'Jan. Feb. März April Mai Juni Juli Aug. Sept. Okt. Nov. Dez.'.split(' ')

function monthText(day: CalendarDate): string {
  return MONTHS[Number(day.slice(5, 7)) - 1] ?? ''
}
