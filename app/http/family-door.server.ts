import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type Locale, toLocale } from '#app/i18n/locales.ts'
import { centrePhone } from '#app/presenters/family-help.server.ts'
import { type FamilyPageData, familyPage } from '#app/presenters/family-page.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { signInFamily } from '#app/services/family/sign-in-family.server.ts'
import { signOutFamily } from '#app/services/family/sign-out-family.server.ts'
import { isStrangerForm, systemContext } from './context.server.ts'
import { page, refused, seeOther } from './respond.server.ts'
import { csrfToken, readCookie, setCookie } from './session.server.ts'

/** What `/familie` shows: the family's page when it is signed in, else the two fields. */
export type FamilyDoor = {
  readonly locale: Locale
  readonly csrf: string
  readonly newIdem: string
  readonly phone: string
  readonly isEvaluation: boolean
  readonly family: FamilyPageData | null
}

/** Loads the family's page, or the door to it. Nothing of a child before the PIN. */
export async function openFamilyDoor(
  { context, request }: LoaderFunctionArgs,
  ctx: Context | null,
) {
  const shown = ctx === null ? null : await familyPage(ctx)
  const family = shown?.ok ? shown.value : null
  return page<FamilyDoor>({
    ok: true,
    value: {
      locale: localeOf(request, family?.language ?? null),
      csrf: csrfToken(context.deps, context.preSession),
      newIdem: context.deps.newId(),
      phone: family?.phone ?? (await centrePhone(systemContext(context))),
      isEvaluation: context.deps.isEvaluation,
      family,
    },
  })
}

/** Signs a family in by code and PIN, or out. A form that is not ours leads back to the door. */
export async function knockAtFamilyDoor(args: ActionFunctionArgs, ctx: Context | null) {
  const { context, request } = args
  const form = await request.formData()
  const here = `/familie${new URL(request.url).search}`
  if (!isStrangerForm(context, form)) return seeOther(here)
  if (form.get('intent') === 'sign_out') return signOut(args, ctx, here)
  const signedIn = await signInFamily(systemContext(context), {
    code: String(form.get('code') ?? ''),
    pin: String(form.get('pin') ?? ''),
    address: context.address,
  })
  if (signedIn.ok) {
    return seeOther(here, { 'Set-Cookie': setCookie(context.deps, 'fam', signedIn.value.token) })
  }
  form.delete('pin')
  return refused(signedIn.error, form)
}

async function signOut(
  { context, request }: ActionFunctionArgs,
  ctx: Context | null,
  here: string,
) {
  const token = readCookie(request.headers.get('cookie'), context.deps, 'fam')
  if (ctx !== null && token !== null) {
    await signOutFamily(ctx, context.deps.keyed('session', token))
  }
  return seeOther(here, {
    'Set-Cookie': setCookie(context.deps, 'fam', ''),
    'Clear-Site-Data': '"cache", "storage"',
  })
}

/** The language asked for, else the family's own where we speak it, else the browser's, else German. */
function localeOf(request: Request, language: string | null): Locale {
  const asked = toLocale(new URL(request.url).searchParams.get('sprache'))
  const browser = (request.headers.get('accept-language') ?? '')
    .split(',')
    .map((part) => toLocale(part.split(';')[0]?.trim()))
    .find((locale) => locale !== null)
  return asked ?? toLocale(language) ?? browser ?? 'de'
}
