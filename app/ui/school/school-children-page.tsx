import { childrenPath, deskPath } from '#app/forms/school-desk-query.ts'
import type { SchoolChildren } from '#app/presenters/school-children.server.ts'
import { Crumb, PageTitle } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { Pager } from '../list/pager.tsx'
import { Newcomers } from './newcomers.tsx'

type Props = { readonly page: SchoolChildren }

/** All children that go to a school in their first language support. */
export function SchoolChildrenView({ page }: Props) {
  const { school, rows, total } = page
  return (
    <>
      <Crumb href={deskPath({ school: school.number })}>Schultisch</Crumb>
      <PageTitle title="Neu an der Schule" sub={`${school.name} · ${countText(total)}`} />
      {total === 0 ? (
        <EmptyState title="Noch kein Kind geht an Ihre Schule.">
          <p>Sobald Sie den ersten Schultag eines Kindes bestätigen, steht es hier.</p>
        </EmptyState>
      ) : (
        <>
          <Newcomers rows={rows} caption="Kinder, die Ihre Schule besuchen" />
          <Pager
            page={page.page}
            total={total}
            things="Kindern"
            href={(number) => childrenPath(school.number, number)}
          />
        </>
      )}
    </>
  )
}

function countText(total: number): string {
  return total === 1 ? '1 Kind' : `${total} Kinder`
}
