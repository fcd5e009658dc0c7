import { createRemixStub } from '@remix-run/testing'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { STAGES } from '#app/domain/case/stage.ts'
import type { FamilyState } from '#app/domain/family/family-state.ts'
import { LOCALES, type Locale } from '#app/i18n/locales.ts'
import { translator } from '#app/i18n/translator.ts'
import { FamilyPage } from '#app/ui/family/family-page.tsx'
import { FamilySignIn } from '#app/ui/family/family-sign-in.tsx'
import { FamilyStatus } from '#app/ui/family/family-status.tsx'
import { SlipPage, slipLocale } from '#app/ui/letter/slip.tsx'

const state: FamilyState = {
  stage: 'appointed',
  registeredOn: '2026-10-27',
  appointment: {
    startsAt: '2026-11-26T09:30:00.000Z',
    durationMinutes: 60,
    mode: 'on_site',
    place: 'Bahnhofstraße 8, Lindenau',
    interpreter: true,
  },
  school: null,
  firstDay: null,
}

const school = { name: 'Gesamtschule Altenrode', address: 'Schulweg 1, Lindenau', phone: null }

/** The document as the server sends it: what a phone without JavaScript gets. */
function page(children: ReactNode): Document {
  const Stub = createRemixStub([{ path: '/', Component: () => children }])
  return new DOMParser().parseFromString(renderToString(<Stub />), 'text/html')
}

const PHONE = '0221 4710 120'

function familyPage(locale: Locale, children: ReactNode, signedIn = true, phone = PHONE): Document {
  return page(
    <FamilyPage
      locale={locale}
      title="Eine Schule für Nour"
      guard={{ csrf: 'csrf-token', newIdem: 'once' }}
      evaluation={false}
      phone={phone}
      languageHref={(other) => `?sprache=${other}`}
      signedIn={signedIn}
    >
      {children}
    </FamilyPage>,
  )
}

function todo(stage: FamilyState['stage'], facts: Partial<FamilyState> = {}): string {
  const shown = familyPage('de', <FamilyStatus {...state} {...facts} stage={stage} locale="de" />)
  return shown.querySelector('.todo p')?.textContent ?? ''
}

describe.each(LOCALES)('the page in %s', (locale) => {
  const shown = () => familyPage(locale, <FamilyStatus {...state} locale={locale} />)

  test('is one small document: no script, one style sheet, no inline style', () => {
    const html = shown()
    expect(html.querySelectorAll('script, [style], img')).toHaveLength(0)
    expect(html.querySelectorAll('link[rel=stylesheet]')).toHaveLength(1)
    expect(html.documentElement.outerHTML.length).toBeLessThan(12_000)
  })

  test('says its language and direction, and keeps German names as they are', () => {
    const html = shown()
    expect(html.documentElement.lang).toBe(locale)
    expect(html.documentElement.dir).toBe(locale === 'ar' ? 'rtl' : 'ltr')
    const place = html.querySelector('bdi[lang=de][dir=ltr]')
    expect(place?.textContent).toBe('Bahnhofstraße 8, Lindenau')
    expect(html.querySelector('a.tel')?.getAttribute('href')).toBe('tel:+492214710120')
  })

  test('shows five steps, one of them current, never a rank', () => {
    const steps = [...shown().querySelectorAll('.five li')]
    expect(steps.map((step) => step.className)).toEqual(['done', 'now', 'later', 'later', 'later'])
    expect(shown().querySelectorAll('[aria-current=step]')).toHaveLength(1)
  })
})

describe('what must I do now', () => {
  test('has a sentence for every stage', () => {
    for (const stage of STAGES) expect([stage, todo(stage)]).not.toEqual([stage, ''])
  })

  test('says the appointment with weekday and Berlin time', () => {
    expect(todo('appointed')).toBe(
      'Ihr Termin ist am Donnerstag, 26. November, um 10:30 Uhr. Kommen Sie mit Ihrem Kind.',
    )
  })

  test('says the first day when it is known, and promises none when it is not', () => {
    expect(todo('admitted', { firstDay: '2026-12-07' })).toContain('Montag, 7. Dezember')
    expect(todo('admitted')).not.toMatch(/\d/)
  })

  test('has no steps and no school for a case that has left the path', () => {
    const html = familyPage('de', <FamilyStatus {...state} stage="closed" locale="de" />)
    expect(html.querySelector('.five')).toBeNull()
    const todo = html.querySelector('.todo')?.textContent
    expect(todo).toContain('Die Suche bei uns ist beendet.')
    expect(todo).toContain('Rufen Sie uns an.')
  })

  test('shows the school with its address once there is one', () => {
    const html = familyPage(
      'ar',
      <FamilyStatus {...state} stage="assigned" school={school} locale="ar" />,
    )
    const names = [...html.querySelectorAll('bdi')].map((name) => name.textContent)
    expect(names).toEqual([school.name, school.address])
  })
})

describe('code and PIN', () => {
  test('the code comes back after a mistake, the PIN never', () => {
    const html = familyPage(
      'de',
      <FamilySignIn locale="de" problem={{ kind: 'wrong' }} code="K7M4X-QR2TP" hasPhone />,
      false,
    )
    expect(html.querySelector<HTMLInputElement>('#code')?.value).toBe('K7M4X-QR2TP')
    expect(html.querySelector('#pin')?.hasAttribute('value')).toBe(false)
    expect(html.querySelector('[role=alert]')?.textContent).toContain('passen nicht zusammen')
    expect(html.querySelector('form input[name=_csrf]')?.getAttribute('value')).toBe('csrf-token')
    expect(html.querySelector('button[value=sign_out]')).toBeNull()
  })

  test('how long to wait is said in minutes', () => {
    const html = familyPage(
      'de',
      <FamilySignIn locale="de" problem={{ kind: 'wait', minutes: 1 }} code="" hasPhone />,
    )
    expect(html.querySelector('[role=alert]')?.textContent).toContain('eine Minute')
  })
})

describe.each(LOCALES)('without a number to ring, in %s', (locale) => {
  const tell = translator(locale)

  test('nobody is asked to ring, and there is no empty link', () => {
    const html = familyPage(
      locale,
      <FamilySignIn locale={locale} problem={null} code="" hasPhone={false} />,
      false,
      '',
    )
    expect(html.querySelector('a[href^="tel:"]')).toBeNull()
    const said = html.body.textContent ?? ''
    for (const key of ['family.help.heading', 'family.help.text', 'family.signIn.lost'] as const) {
      expect(said).not.toContain(tell(key))
    }
    expect(said).toContain(tell('family.private'))
  })

  test('control: with a number all of it is there', () => {
    const html = familyPage(
      locale,
      <FamilySignIn locale={locale} problem={null} code="" hasPhone />,
      false,
    )
    expect(html.querySelectorAll('a[href^="tel:"]')).toHaveLength(1)
    expect(html.body.textContent).toContain(tell('family.help.text'))
    expect(html.body.textContent).toContain(tell('family.signIn.lost'))
  })
})

describe('the slip', () => {
  const slip = (locale: Locale) =>
    page(
      <SlipPage
        locale={locale}
        centre="Kommunales Integrationszentrum Kreis Lindenau"
        phone="0221 4710-120"
        footNote={null}
        date="2026-11-19"
        caseNumber="LIN-2026-0412"
        contactPerson="Amira Brandt"
        childName={null}
        address="einstieg.kreis-lindenau.example/familie"
        code="K7M4XQR2TP"
        pin="08154711"
        backHref="/faelle/1"
        evaluation={false}
      />,
    )

  test('says address, code, PIN and phone in both languages, side by side', () => {
    const columns = [...slip('ar').querySelectorAll('.cols > *')]
    expect(
      columns.map((column) => [column.getAttribute('lang'), column.getAttribute('dir')]),
    ).toEqual([
      ['de', 'ltr'],
      ['ar', 'rtl'],
    ])
    for (const column of columns) {
      const marked = [...column.querySelectorAll('bdi[dir=ltr]')].map((each) => each.textContent)
      expect(marked).toEqual([
        'einstieg.kreis-lindenau.example/familie',
        'K7M4X-QR2TP',
        '0815 4711',
        '0221 4710-120',
      ])
    }
  })

  test('has one column for a family that reads German, and no script', () => {
    const html = slip('de')
    expect(html.querySelectorAll('.cols > *')).toHaveLength(1)
    expect(html.querySelectorAll('script, [style]')).toHaveLength(0)
  })

  test('speaks English to a family whose language we do not speak yet', () => {
    expect([slipLocale('ar'), slipLocale('ti'), slipLocale('de')]).toEqual(['ar', 'en', 'de'])
  })
})
