import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { AdmissionForm } from '#app/forms/admission.ts'
import { parseForm } from '#app/forms/form.ts'
import { deskPath } from '#app/forms/school-desk-query.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answerOnCase, invalid, page } from '#app/http/respond.server.ts'
import { admissionPage } from '#app/presenters/admission-page.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sayCaseClass } from '#app/services/case/say-class.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { AdmissionView } from '#app/ui/school/admission-page.tsx'

type SaidNo = { readonly schoolNumber: SchoolNumber; readonly poolId: SeatPoolId | null }

export const meta: MetaFunction = () => [{ title: 'Aufnahme – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await admissionPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(AdmissionForm, form)
  if (!command.ok) return invalid(command.failure)
  const caseId = args.params['id'] as CaseId
  const { data } = command
  switch (data.intent) {
    case 'can_admit':
      return answerOnCase(await sayCanAdmitProposal(ctx, { caseId, ...data }), form, toDesk)
    case 'decline':
      return answerOnCase(await declineProposal(ctx, { caseId, ...data }), form, (saidNo) =>
        data.reason.code === 'no_seat' ? toSeats(saidNo) : toDesk(),
      )
    case 'report_capacity':
      return answerOnCase(await reportCaseCapacity(ctx, { caseId, ...data }), form, (saidNo) =>
        data.reason.code === 'no_seat' ? toSeats(saidNo) : toDesk(),
      )
    case 'admit':
      return answerOnCase(await confirmCaseAdmission(ctx, { caseId, ...data }), form, toDesk)
    case 'class':
      return answerOnCase(await sayCaseClass(ctx, { caseId, ...data }), form, toDesk)
    case 'not_started':
      return answerOnCase(await sayNotStarted(ctx, { caseId, ...data }), form, toDesk)
    case 'start':
      return answerOnCase(await confirmFirstDay(ctx, { caseId, ...data }), form, toDesk)
  }
}

/** Where the school corrects the number of seats that says otherwise. */
function toSeats({ schoolNumber: school, poolId: declined }: SaidNo): string {
  return deskPath({ school, declined })
}

function toDesk(): string {
  return deskPath({})
}

export default function CaseAdmission() {
  return <AdmissionView page={useLoaderData<typeof loader>()} />
}
