import { Link } from '@remix-run/react'

/** A filter is a link; the chosen one is dark and carries `aria-current`. */
export type FilterChip = {
  readonly label: string
  readonly href: string
  readonly count?: number | undefined
  readonly current?: boolean | undefined
}

/** Filters that belong together; a group may be introduced by words ("Wartet auf:"). */
export type FilterGroup = {
  readonly label?: string | undefined
  readonly chips: readonly FilterChip[]
}

type Props = { readonly label: string; readonly groups: readonly FilterGroup[] }

/** Filters with their counts, in the address. */
export function FilterChips({ label, groups }: Props) {
  return (
    <nav className="m-filter" aria-label={label}>
      <ul className="m-chips">
        {groups.flatMap((group) => [
          group.label === undefined ? null : (
            <li key={`label ${group.label}`} className="lab">
              {group.label}
            </li>
          ),
          ...group.chips.map((chip) => <Chip key={`${chip.label} ${chip.href}`} {...chip} />),
        ])}
      </ul>
    </nav>
  )
}

function Chip({ label, href, count, current }: FilterChip) {
  return (
    <li>
      <Link to={href} aria-current={current ? 'true' : undefined}>
        {label} {count === undefined ? null : <span className="n">{count}</span>}
      </Link>
    </li>
  )
}
