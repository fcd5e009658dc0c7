import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { FormFailure } from '#app/forms/form.ts'
import { familyContextFor } from '#app/http/context.server.ts'
import { knockAtFamilyDoor, openFamilyDoor } from '#app/http/family-door.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { FamilyDoorView } from '#app/ui/family/family-door.tsx'

export const handle = { bare: true }

export async function loader(args: LoaderFunctionArgs) {
  return openFamilyDoor(args, await familyContextFor(args))
}

export async function action(args: ActionFunctionArgs) {
  return knockAtFamilyDoor(args, await familyContextFor(args))
}

export default function Family() {
  const answer = useActionData<FormFailure & { readonly refusal: Refusal | null }>()
  return <FamilyDoorView door={useLoaderData<typeof loader>()} answer={answer ?? null} />
}
