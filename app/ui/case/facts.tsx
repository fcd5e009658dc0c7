import { Fragment, type ReactNode } from 'react'

/** One fact; what is empty says "nicht angegeben" by itself. */
export type Fact = { readonly term: string; readonly value: ReactNode }

/** A few facts of one thing, as a definition list. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="m-dl">
      {facts.map(({ term, value }) => (
        <Fragment key={term}>
          <dt>{term}</dt>
          <dd>{value || <span className="m-muted">nicht angegeben</span>}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
