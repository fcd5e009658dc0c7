import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { page, refusedPage, seeOther } from '#app/http/respond.server.ts'
import { slipFacts } from '#app/presenters/slip.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { SlipPage, slipLocale } from '#app/ui/letter/slip.tsx'

export const handle = { bare: true }

/** The slip is only ever the answer to its form; whoever types the address gets the case. */
export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const facts = page(await slipFacts(ctx, args.params['id'] as CaseId))
  if (args.context.sentForm) return facts
  throw seeOther(`/faelle/${args.params['id']}`)
}

export async function action(args: ActionFunctionArgs) {
  const { ctx } = await commandFor(args)
  const caseId = args.params['id'] as CaseId
  const facts = await slipFacts(ctx, caseId)
  if (!facts.ok) throw refusedPage(facts.error)
  const slip = await printSlip(ctx, caseId)
  if (!slip.ok) throw refusedPage(slip.error)
  return page({ ok: true, value: { ...facts.value, ...slip.value } })
}

export default function CaseSlip() {
  const slip = useActionData<typeof action>()
  if (slip === undefined) return null
  return (
    <SlipPage
      {...slip}
      locale={slipLocale(slip.language)}
      backHref={`/faelle/${slip.caseId}`}
      evaluation={slip.isEvaluation}
    />
  )
}
