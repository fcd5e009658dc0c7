import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { parseForm } from '#app/forms/form.ts'
import { SchoolListForm } from '#app/forms/school-list.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { schoolListPage } from '#app/presenters/school-list-import.server.ts'
import {
  findUpload,
  importUpload,
  uploadSchoolList,
} from '#app/services/school/pending-upload.server.ts'
import { SchoolListView } from '#app/ui/school/school-list-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Schulliste – Einstieg' }]

const PATH = '/verwaltung/schulen'

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const token = new URL(args.request.url).searchParams.get('datei')
  return page(await schoolListPage(ctx, token, findUpload(ctx, token)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(SchoolListForm, form)
  if (!command.ok) return invalid(command.failure)
  const { data } = command
  if (data.intent === 'import') return answer(await importUpload(ctx, data), form, () => PATH)
  const bytes = new Uint8Array(await data.file.arrayBuffer())
  const done = await uploadSchoolList(ctx, bytes)
  return answer(done, form, ({ token }) => `${PATH}?datei=${token}`)
}

export default function SchoolList() {
  return <SchoolListView page={useLoaderData<typeof loader>()} />
}
