import * as z from 'zod'
import type { AccountId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { isSchoolForm, type SchoolForm } from '#app/domain/school/form.ts'
import { Email, Line, NewPassword, TypedPassword } from './account-fields.ts'

const Code = z.string().min(1, 'field.choose').max(100)
const Optional = z.string().trim().max(200, 'field.too_long').default('')

/** Whom a lead or the operator may invite. */
export const INVITABLE_ROLES = [
  'counsellor',
  'lead',
  'authority',
  'school',
  'owner',
  'coordinator',
  'auditor',
] as const

export type InvitableRole = (typeof INVITABLE_ROLES)[number]

/** The role a text of the address names, or null. */
export function invitableRole(text: string | null): InvitableRole | null {
  return INVITABLE_ROLES.find((role) => role === text) ?? null
}

const Forms = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((given) => (given === undefined ? [] : [given].flat()))
  .pipe(
    z.array(
      z.custom<SchoolForm>((key) => typeof key === 'string' && isSchoolForm(key), 'field.choose'),
    ),
  )

const Fields = z.object({
  centre: Code.transform((id) => id as CentreId),
  email: Email,
  name: Line,
  role: z.enum(INVITABLE_ROLES, 'field.choose'),
  school: Optional,
  owner: Optional,
  area: Optional,
  forms: Forms,
})

const SCHOOL_NUMBER = /^\d{6}$/
const OWNER_NUMBER = /^\d{4,7}$/

/** An invitation: who, as what, and the narrower scope a role needs. */
export const InviteForm = Fields.superRefine((typed, problems) => {
  if (typed.role === 'school' && !SCHOOL_NUMBER.test(typed.school)) {
    problems.addIssue({ code: 'custom', path: ['school'], message: 'field.school_number_invalid' })
  }
  if (typed.role === 'owner' && !OWNER_NUMBER.test(typed.owner)) {
    problems.addIssue({ code: 'custom', path: ['owner'], message: 'field.owner_number_invalid' })
  }
}).transform(({ centre, email, name, ...typed }) => ({
  centreId: centre,
  email,
  name,
  invited: invitedRole(typed),
}))

type Typed = Pick<z.output<typeof Fields>, 'role' | 'school' | 'owner' | 'area' | 'forms'>

function invitedRole({ role, school, owner, area, forms }: Typed) {
  if (role === 'school') return { role, schoolNumber: school as SchoolNumber }
  if (role === 'owner') return { role, ownerNumber: owner }
  return role === 'authority' ? { role, area, forms } : { role }
}

const OneAccount = {
  centre: Code.transform((id) => id as CentreId),
  account: Code.transform((id) => id as AccountId),
}

/** What a row of the account list sends: which account, and what is to become of it. */
export const AccountForm = z.union([
  z
    .object({ intent: z.enum(['reset', 'disable', 'enable']), ...OneAccount })
    .transform(({ intent, centre, account }) => ({ intent, centreId: centre, accountId: account })),
  z
    .object({ intent: z.literal('end_role'), ...OneAccount, assignment: Code })
    .transform(({ intent, centre, account, assignment }) => ({
      intent,
      centreId: centre,
      accountId: account,
      assignmentId: assignment,
    })),
])

/** The present password and the new one, twice. */
export const PasswordForm = z
  .object({ present: TypedPassword, password: NewPassword, again: TypedPassword })
  .refine(({ password, again }) => password === again, {
    path: ['again'],
    error: 'field.password_mismatch',
  })
