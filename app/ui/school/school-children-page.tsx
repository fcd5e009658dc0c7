import { useActionData } from '@remix-run/react'
import { childrenPath, deskPath } from '#app/forms/school-desk-query.ts'
import type { SchoolChildren } from '#app/presenters/school-children.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { Pager } from '../list/pager.tsx'
import { RefusalNotice } from '../notice.tsx'
import { Newcomers } from './newcomers.tsx'
import { WhereaboutsQuestion } from './whereabouts-form.tsx'

type Props = { readonly page: SchoolChildren }

/** All children that go to a school in their first language support. */
export function SchoolChildrenView({ page }: Props) {
  const answer = useActionData<{ readonly refusal?: Refusal | null }>()
  const { school, rows, total } = page
  return (
    <>
      <Crumb href={deskPath({ school: school.number })}>Schultisch</Crumb>
      <PageTitle title="Neu an der Schule" sub={`${school.name} · ${countText(total)}`} />
      <RefusalNotice refusal={answer?.refusal} />
      <WhereaboutsQuestion asked={page.asked} />
      {total === 0 ? (
        <EmptyState title="Noch kein Kind geht an Ihre Schule.">
          <p>Sobald Sie den ersten Schultag eines Kindes bestätigen, steht es hier.</p>
        </EmptyState>
      ) : (
        <Section title="Alle Kinder">
          <Newcomers rows={rows} caption="Kinder, die Ihre Schule besuchen" />
          <Pager
            page={page.page}
            total={total}
            things="Kindern"
            href={(number) => childrenPath(school.number, number)}
          />
        </Section>
      )}
    </>
  )
}

function countText(total: number): string {
  return total === 1 ? '1 Kind' : `${total} Kinder`
}
