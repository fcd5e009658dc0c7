import fontsHref from '@kern-ux/native/dist/fonts/fira-sans.css?url'
import kernHref from '@kern-ux/native/dist/kern.min.css?url'
import { json, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLocation,
  useMatches,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import { type ReactNode, useContext } from 'react'
import { readWithoutEval } from '#app/forms/without-eval.ts'
import { rootData } from '#app/http/root-data.server.ts'
import { ErrorPage } from '#app/ui/error-page.tsx'
import { FormGuardContext } from '#app/ui/form/guard.ts'
import { PageFrame } from '#app/ui/page-frame.tsx'
import { ServedContext } from '#app/ui/served.ts'
import staffHref from '#app/ui/styles/staff.css?url'

readWithoutEval()

/** Nobody is guarded here: the frame's data only. Every page authorises itself. */
export async function loader(args: LoaderFunctionArgs) {
  return json(await rootData(args))
}

/** The title of what no page answers for: refusals and accidents. */
export const meta: MetaFunction = ({ error }) => [
  { title: error ? 'Hier geht es nicht weiter – Einstieg' : 'Einstieg' },
]

/** Pages that bring their own document (family, slip) say so in their handle: `{ bare: true }`. */
function useBare(): boolean {
  return useMatches().some(
    ({ handle }) => (handle as { bare?: boolean } | undefined)?.bare === true,
  )
}

export function Layout({ children }: { readonly children: ReactNode }) {
  const { nonce } = useContext(ServedContext)
  const isBare = useBare()
  const hasFailed = Boolean(useRouteError())
  if (isBare && !hasFailed) return <>{children}</>
  return (
    <html lang="de" data-kern-theme="light">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={kernHref} />
        <link rel="stylesheet" href={fontsHref} />
        <link rel="stylesheet" href={staffHref} />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  )
}

export default function Root() {
  return useBare() ? <Outlet /> : <Framed page={<Outlet />} />
}

export function ErrorBoundary() {
  const error = useRouteError()
  const data = useRouteLoaderData<typeof loader>('root')
  const { refusal = null, typed = [] } = (isRouteErrorResponse(error) && error.data) || {}
  const menu = data?.frame.nav.map(({ href }) => href) ?? []
  return <Framed page={<ErrorPage refusal={refusal} typed={typed} menu={menu} />} />
}

function Framed({ page }: { readonly page: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root')
  const { key } = useLocation()
  const guard = data ? { csrf: data.csrf, newIdem: `${data.newIdem}.${key}` } : null
  return (
    <FormGuardContext.Provider value={guard}>
      <PageFrame frame={data?.frame ?? null}>{page}</PageFrame>
    </FormGuardContext.Provider>
  )
}
