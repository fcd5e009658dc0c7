import { type ReactNode, useId } from 'react'
import type { WaitsFor } from '#app/domain/case/clocks.ts'
import { WaitTag } from './words.tsx'

type Props = {
  /** "Schule vorschlagen": said as "Als Nächstes: …". */
  readonly title: string
  readonly waitsFor?: WaitsFor | undefined
  readonly children?: ReactNode
  /** The page's one primary button, or nothing when it is somebody else's turn. */
  readonly action?: ReactNode
}

/** The framed next step; the only frame of the page. */
export function NextStepBox({ title, waitsFor, children, action }: Props) {
  const id = useId()
  return (
    <section className="m-next" aria-labelledby={id}>
      <div>
        <h2 id={id}>Als Nächstes: {title}</h2>
        <p>
          {waitsFor === undefined || waitsFor === 'nobody' ? null : (
            <>
              Wartet auf: <WaitTag on={waitsFor} />{' '}
            </>
          )}
          {children}
        </p>
      </div>
      {action ? <div className="m-row">{action}</div> : null}
    </section>
  )
}
