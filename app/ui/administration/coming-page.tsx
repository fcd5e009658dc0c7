import type { ReactNode } from 'react'
import { PageTitle } from '../frame.tsx'

type Props = {
  readonly title: string
  /** What the page will do, in a few sentences. */
  readonly children: ReactNode
}

/** A page that is not built yet says what will come (product.md §9), and what helps until then. */
export function ComingPage({ title, children }: Props) {
  return (
    <div className="m-prose m-stack">
      <PageTitle title={title} sub="Diese Seite kommt noch." />
      {children}
    </div>
  )
}
