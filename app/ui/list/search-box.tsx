import { Form, Link } from '@remix-run/react'

type Props = {
  readonly label: string
  readonly value: string
  /** The other parameters of the address that must survive the search. */
  readonly keep: Readonly<Record<string, string>>
  readonly hint: string
  /** Where "Suche beenden" leads; shown while something is searched for. */
  readonly clearHref: string
}

/**
 * Search by GET: the words stand in the address, so a search can be bookmarked and sent. For schools
 * only; a child is searched for by `ChildSearch`.
 */
export function SearchBox({ label, value, keep, hint, clearHref }: Props) {
  return (
    <Form method="get" role="search" className="m-search">
      {Object.entries(keep).map(([key, kept]) => (
        <input key={key} type="hidden" name={key} value={kept} />
      ))}
      <div className="kern-form-input">
        <label className="kern-label" htmlFor="search">
          {label}
        </label>
        <div className="kern-hint" id="search-hint">
          {hint}
        </div>
        <input
          key={value}
          className="kern-form-input__input"
          type="search"
          dir="auto"
          id="search"
          name="q"
          defaultValue={value}
          autoComplete="off"
          aria-describedby="search-hint"
        />
      </div>
      <button type="submit" className="kern-btn kern-btn--secondary">
        <span className="kern-label">Suchen</span>
      </button>
      {value === '' ? null : <Link to={clearHref}>Suche beenden</Link>}
    </Form>
  )
}
