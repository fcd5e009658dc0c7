import type { LoaderFunctionArgs } from '@remix-run/node'
import { contextFor } from '#app/http/context.server.ts'
import { seeOther } from '#app/http/respond.server.ts'
import { homePath } from '#app/presenters/own-account.server.ts'

export async function loader(args: LoaderFunctionArgs) {
  return seeOther(homePath(await contextFor(args)))
}
