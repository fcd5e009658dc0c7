import { Link } from '@remix-run/react'

/** Rows of a list page. */
const PAGE_SIZE = 25

type Props = {
  /** From 1. */
  readonly page: number
  readonly total: number
  readonly pageSize?: number | undefined
  /** What is counted, in the dative plural: "Fällen". */
  readonly things: string
  readonly href: (page: number) => string
}

/** "26 bis 50 von 64 Fällen", one page back and one on; pages stand in the address. */
export function Pager({ page, total, pageSize = PAGE_SIZE, things, href }: Props) {
  if (total === 0) return null
  const last = Math.ceil(total / pageSize)
  const from = (page - 1) * pageSize + 1
  const to = Math.min(page * pageSize, total)
  return (
    <nav className="m-pager" aria-label="Seiten">
      <span>
        {from} bis {to} von {total} {things}
      </span>
      <span className="m-row">
        {page > 1 ? (
          <Link to={href(page - 1)} rel="prev">
            Vorige Seite
          </Link>
        ) : null}
        {page < last ? (
          <Link to={href(page + 1)} rel="next">
            Nächste Seite
          </Link>
        ) : null}
      </span>
    </nav>
  )
}
