import { Form, Link } from '@remix-run/react'

type Props = {
  readonly label: string
  readonly name?: string | undefined
  readonly value: string
  /** The other parameters of the address that must survive the search. */
  readonly keep?: Readonly<Record<string, string>> | undefined
  readonly hint?: string | undefined
  /** Where "Suche beenden" leads; shown while something is searched for. */
  readonly clearHref?: string | undefined
}

/**
 * Search by GET: the words stand in the address, so a search can be bookmarked and sent. For schools
 * and numbers only; a child is searched for by `ChildSearch`.
 */
export function SearchBox({ label, name = 'q', value, keep, hint, clearHref }: Props) {
  return (
    <Form method="get" role="search" className="m-search">
      {Object.entries(keep ?? {}).map(([key, kept]) => (
        <input key={key} type="hidden" name={key} value={kept} />
      ))}
      <div className="kern-form-input">
        <label className="kern-label" htmlFor={`search-${name}`}>
          {label}
        </label>
        {hint ? (
          <div className="kern-hint" id={`search-${name}-hint`}>
            {hint}
          </div>
        ) : null}
        <input
          key={value}
          className="kern-form-input__input"
          type="search"
          dir="auto"
          id={`search-${name}`}
          name={name}
          defaultValue={value}
          autoComplete="off"
          aria-describedby={hint ? `search-${name}-hint` : undefined}
        />
      </div>
      <button type="submit" className="kern-btn kern-btn--secondary">
        <span className="kern-label">Suchen</span>
      </button>
      {value !== '' && clearHref !== undefined ? <Link to={clearHref}>Suche beenden</Link> : null}
    </Form>
  )
}
