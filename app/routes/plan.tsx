import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { comingPage } from '#app/presenters/administration-outlook.server.ts'
import { ComingPage } from '#app/ui/administration/coming-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Plan – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(comingPage(await contextFor(args), 'plan.view'))
}

export default function Plan() {
  return (
    <ComingPage title="Plan">
      <p>
        Hier wird später für alle wartenden Kinder zugleich gerechnet, welche Verteilung am besten
        passt. Sie übernehmen davon, was Sie überzeugt, Kind für Kind.
      </p>
      <p>Bis dahin finden Sie Schulvorschläge für jedes Kind auf der Seite des Falls.</p>
    </ComingPage>
  )
}
