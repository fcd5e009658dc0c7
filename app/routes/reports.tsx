import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { comingPage } from '#app/presenters/administration-outlook.server.ts'
import { ComingPage } from '#app/ui/administration/coming-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Berichte – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(comingPage(await contextFor(args), 'report.view'))
}

export default function Reports() {
  return (
    <ComingPage title="Berichte">
      <p>
        Hier stehen später die Zahlen zu jedem Stichtag: wer noch keinen Platz hat, wie lange die
        drei Uhren laufen und worauf gewartet wird.
      </p>
    </ComingPage>
  )
}
