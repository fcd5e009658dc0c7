import type { ReactNode } from 'react'

type Props = { readonly title: string; readonly children: ReactNode }

/** An empty list says why it is empty and what to do next. */
export function EmptyState({ title, children }: Props) {
  return (
    <section className="m-empty">
      <h2>{title}</h2>
      <div className="m-stack">{children}</div>
    </section>
  )
}
