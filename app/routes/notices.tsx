import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { DESKS } from '#app/domain/notice/desk-notice.ts'
import { parseForm } from '#app/forms/form.ts'
import { ReadNoticesForm } from '#app/forms/notices.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, seeOther } from '#app/http/respond.server.ts'
import { readNotices } from '#app/services/notice/read-notices.server.ts'

/** Whoever opens the address by hand goes home: what is new stands there. */
export async function loader(args: LoaderFunctionArgs) {
  await contextFor(args)
  return seeOther('/')
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const read = parseForm(ReadNoticesForm, form)
  if (!read.ok) return invalid(read.failure)
  return answer(await readNotices(ctx, read.data.ids), form, () => DESKS[read.data.desk])
}

/** Never shown; with it, a refused form is answered with a page instead of bare JSON. */
export default function Notices() {
  return null
}
