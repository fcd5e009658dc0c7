import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { AppointmentForm, MissedForm } from '#app/forms/appointment.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answerOnCase, invalid, page } from '#app/http/respond.server.ts'
import { appointmentPage } from '#app/presenters/appointment-page.server.ts'
import { setAppointment } from '#app/services/appointment/set-appointment.server.ts'
import { markMissed } from '#app/services/case/mark-missed.server.ts'
import { AppointmentPage } from '#app/ui/appointment/appointment-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Termin – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await appointmentPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const caseId = args.params['id'] as CaseId
  if (form.get('intent') === 'missed') {
    const missed = parseForm(MissedForm, form)
    if (!missed.ok) return invalid(missed.failure)
    return answerOnCase(
      await markMissed(ctx, { caseId, ...missed.data }),
      form,
      () => `/faelle/${caseId}`,
    )
  }
  const booked = parseForm(AppointmentForm, form)
  if (!booked.ok) return invalid(booked.failure)
  const done = await setAppointment(ctx, { caseId, ...booked.data })
  return answerOnCase(done, form, () => `/faelle/${caseId}`)
}

export default function CaseAppointment() {
  const refusal = useActionData<typeof action>()?.refusal
  return <AppointmentPage page={useLoaderData<typeof loader>()} refusal={refusal} />
}
