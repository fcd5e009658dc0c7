import { MAP_STEPS, type MapStep } from '#app/domain/seat/seat-overview.ts'
import { type SeatsQuery, seatsPath } from '#app/forms/authority-query.ts'
import { t } from '#app/i18n/translate.ts'
import type { SeatsArea, SeatsPage } from '#app/presenters/authority-seats.server.ts'

type SeatMapData = NonNullable<SeatsPage['map']>
type Props = { readonly map: SeatMapData; readonly query: SeatsQuery }

/** Up to so many Gemeinden their names fit on the map. */
const MOST_NAMES = 12
const RADIUS = 15

/**
 * The Gemeinden, darker where more seats are free, each step with a hatch of its own, so that it is told
 * in black and white too. The number in each says the same, and the table beside it has every number.
 * Links, so it works without script.
 */
export function SeatsMap({ map, query }: Props) {
  const { width, height, kind, areas } = map
  const hasCircles = areas.some(({ path }) => path === null)
  return (
    <figure className="m-map">
      <nav aria-label="Karte">
        <svg viewBox={`0 0 ${width} ${height}`}>
          <title>{`Freie ${t(`seat_kind.${kind}`)} je Gemeinde`}</title>
          <MapPatterns />
          {areas.map((area) => (
            <Area key={area.municipality} area={area} query={query} kind={kind} />
          ))}
          {areas.map((area) => (
            <Label key={area.municipality} area={area} isNamed={areas.length <= MOST_NAMES} />
          ))}
        </svg>
      </nav>
      <figcaption>
        <Legend kind={kind} />
        <p className="m-small m-muted">
          {hasCircles
            ? 'Gemeinden, deren Grenze die Kartendatei nicht kennt, sind Kreise an ihrer Mitte. '
            : null}
          Grenzen: © GeoBasis-DE / BKG 2016 (Daten verändert)
        </p>
      </figcaption>
    </figure>
  )
}

type AreaProps = {
  readonly area: SeatsArea
  readonly query: SeatsQuery
  readonly kind: SeatMapData['kind']
}

function Area({ area, query, kind }: AreaProps) {
  const { municipality, name, free, step, path, x, y } = area
  const isChosen = query.municipality === municipality
  const text =
    free === null
      ? `${name}: keine Plätze gemeldet`
      : `${name}: ${free} ${t(`seat_kind.${kind}`)} frei`
  return (
    <a
      href={seatsPath({ ...query, municipality })}
      className={isChosen ? `${stepClass(step)} is-chosen` : stepClass(step)}
      aria-current={isChosen ? 'true' : undefined}
    >
      <title>{text}</title>
      {path === null ? <circle cx={x} cy={y} r={RADIUS} /> : <path d={path} fillRule="evenodd" />}
    </a>
  )
}

/** Over all areas, so that no neighbour covers it; the link below has said it to screen readers. */
function Label({ area, isNamed }: { readonly area: SeatsArea; readonly isNamed: boolean }) {
  const { x, y, name, free } = area
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of a drawing takes no focus
    <g className="m-map__label" aria-hidden="true">
      <text x={x} y={y + 4}>
        {free ?? '–'}
      </text>
      {isNamed ? (
        <text className="m-map__name" x={x} y={y + RADIUS + 11}>
          {name}
        </text>
      ) : null}
    </g>
  )
}

/** How a step is hatched: units from line to line, and degrees by which the lines lean. */
type Hatch = {
  readonly step: MapStep
  readonly apart: number
  readonly lean: number
  readonly isCrossed: boolean
}

const HATCHES: readonly Hatch[] = [
  { step: 1, apart: 11, lean: 45, isCrossed: false },
  { step: 2, apart: 6, lean: -45, isCrossed: false },
  { step: 3, apart: 6, lean: 45, isCrossed: true },
  { step: 4, apart: 6, lean: 0, isCrossed: false },
]

/** No seat at all is dotted; the most are light lines on a dark ground. */
function MapPatterns() {
  return (
    <defs>
      <pattern id="map-0" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect className="m-map__ground" width="6" height="6" />
        <circle className="m-map__dot" cx="3" cy="3" r="1" />
      </pattern>
      {HATCHES.map(({ step, apart, lean, isCrossed }) => (
        <pattern
          key={step}
          id={`map-${step}`}
          className={`m-map__hatch m-map__hatch--${step}`}
          width={apart}
          height={apart}
          patternUnits="userSpaceOnUse"
          patternTransform={`rotate(${lean})`}
        >
          <rect className="m-map__ground" width={apart} height={apart} />
          <path d={`M${apart / 2} 0V${apart}${isCrossed ? `M0 ${apart / 2}H${apart}` : ''}`} />
        </pattern>
      ))}
    </defs>
  )
}

/** What each step stands for, in the order of the steps, and the areas without any number. */
function Legend({ kind }: Pick<AreaProps, 'kind'>) {
  const steps: readonly (MapStep | null)[] = [null, 0, 1, 2, 3, 4]
  return (
    <>
      <p className="m-small">
        <b>Freie {t(`seat_kind.${kind}`)}</b>
      </p>
      <ul className="m-map__legend m-small">
        {steps.map((step) => (
          <li key={step}>
            <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true" focusable="false">
              <g className={stepClass(step)}>
                <rect x="1" y="1" width="16" height="16" />
              </g>
            </svg>
            {stepText(step)}
          </li>
        ))}
      </ul>
    </>
  )
}

function stepClass(step: MapStep | null): string {
  return `m-map__area m-map__area--${step ?? 'unknown'}`
}

function stepText(step: MapStep | null): string {
  if (step === null) return 'nicht gemeldet (–)'
  if (step === 0) return 'keine'
  const from = MAP_STEPS[step]
  const next = MAP_STEPS[step + 1]
  return next === undefined ? `${from} und mehr` : `${from} bis ${next - 1}`
}
