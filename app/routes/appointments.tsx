import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { comingPage } from '#app/presenters/administration-outlook.server.ts'
import { ComingPage } from '#app/ui/administration/coming-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Termine – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(comingPage(await contextFor(args), 'appointment.list'))
}

export default function Appointments() {
  return (
    <ComingPage title="Termine">
      <p>
        Hier sehen Sie später alle Termine der Woche mit Raum und Dolmetschen, und wo noch jemand
        fehlt.
      </p>
      <p>
        Bis dahin steht jeder Termin auf der Seite seines Falls. Die Beratung sagt Ihnen, wo jemand
        gebraucht wird.
      </p>
    </ComingPage>
  )
}
