import { createRemixStub } from '@remix-run/testing'
import { render, screen, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { DESK_NOTICE_KINDS, type NoticeAudience } from '#app/domain/notice/desk-notice.ts'
import { MOST_READ, ReadNoticesForm } from '#app/forms/notices.ts'
import type { DeskNews, DeskNotice } from '#app/presenters/desk-news.server.ts'
import { NewsSection } from '#app/ui/notice/news-section.tsx'
import { newsText } from '#app/ui/notice/news-words.ts'

const CHILD = { caseId: 'case-1', name: 'Daryna Kovalenko' } as DeskNotice['child']

function notice(id: string, own: Partial<DeskNotice> = {}): DeskNotice {
  return {
    id,
    kind: 'proposal_declined',
    at: '2026-11-19T09:00:00.000Z',
    child: CHILD,
    why: null,
    passedOn: false,
    ...own,
  }
}

async function show(news: Partial<DeskNews>): Promise<void> {
  const nothing = { notices: [], older: 0, listed: [], elsewhere: 0, undelivered: [] }
  const whole = { desk: 'counsellor', ...nothing, ...news } as const
  const Stub = createRemixStub([
    {
      path: '*',
      Component: () => (
        <>
          <h1>Seite</h1>
          <NewsSection news={whole} />
        </>
      ),
    },
  ])
  render(<Stub />)
  await screen.findByRole('heading', { name: 'Seite' })
}

describe('what is new', () => {
  test('is no section where nothing is', async () => {
    await show({})
    expect(screen.getAllByRole('heading')).toHaveLength(1)
    expect(screen.queryByRole('button')).toBeNull()
  })

  test('is a sentence with the way to where one acts, and a button of its own', async () => {
    await show({ notices: [notice('a1'), notice('b2', { kind: 'admission_confirmed' })] })
    const section = screen.getByRole('region', { name: 'Neu für Sie' })
    const links = within(section).getAllByRole('link')
    expect(links.map((link) => link.getAttribute('href'))).toEqual([
      '/faelle/case-1/vorschlaege',
      '/faelle/case-1',
    ])
    expect(links[0]?.textContent).toContain('Daryna Kovalenko')
    expect(within(section).getAllByRole('button', { name: /^Erledigt: / })).toHaveLength(2)
  })

  test('is sent as a plain form: one notice, or all that are shown', async () => {
    await show({ notices: [notice('a1'), notice('b2')] })
    const forms = screen.getAllByRole('form')
    const fields = forms.map((form) => new FormData(form as HTMLFormElement))
    expect(fields.map((one) => one.get('ids')).toSorted()).toEqual(['a1', 'a1,b2', 'b2'])
    for (const form of forms) {
      expect(form.getAttribute('action')).toBe('/neuigkeiten')
      expect(form.getAttribute('method')).toBe('post')
      expect(new FormData(form as HTMLFormElement).get('desk')).toBe('counsellor')
    }
  })

  test('names nobody whom its reader may not see', async () => {
    await show({
      desk: 'school',
      notices: [notice('a1', { kind: 'school_proposed', child: null })],
    })
    const link = screen.getByRole('link')
    expect(link.getAttribute('href')).toBe('/schultisch')
    expect(link.textContent).toMatch(/^Hier hat etwas auf Sie gewartet/)
    expect(screen.queryByRole('button', { name: /alles erledigt/ })).toBeNull()
  })
})

test('says why, where a reason was given', async () => {
  await show({ notices: [notice('a1', { why: 'Die Gruppe ist voll.' }), notice('b2')] })
  const items = screen.getAllByRole('listitem').map(({ textContent }) => textContent ?? '')
  expect(items.map((text) => text.includes('Grund: Die Gruppe ist voll.'))).toEqual([true, false])
})

test('what stands on the page is counted and can be marked as seen, not told again', async () => {
  await show({ desk: 'authority', listed: ['a1', 'b2'] })
  expect(screen.queryByRole('region', { name: 'Neu für Sie' })).toBeNull()
  expect(screen.queryByRole('link')).toBeNull()
  screen.getByText('2 Einträge unten auf dieser Seite, neu für Sie.')
  const form = screen.getByRole('form')
  expect(new FormData(form as HTMLFormElement).get('ids')).toBe('a1,b2')
  expect(within(form).getByRole('button').textContent).toBe('Gesehen')
})

test('what is older than what is shown, and what is new elsewhere, is counted', async () => {
  await show({ notices: [notice('a1')], older: 14, elsewhere: 1 })
  screen.getByText('Und 14 ältere Einträge: Sie rücken nach, wenn hier etwas erledigt ist.')
  screen.getByText('1 Eintrag, neu für Sie, bei einem anderen Zentrum. Wählen Sie es oben.')
})

test('no form asks for more at once than is taken', async () => {
  const listed = Array.from({ length: MOST_READ + 1 }, (_, at) => `a${at}`)
  await show({ desk: 'authority', listed })
  screen.getByText(`${MOST_READ + 1} Einträge unten auf dieser Seite, neu für Sie.`)
  const ids = new FormData(screen.getByRole('form') as HTMLFormElement).get('ids')
  expect(ReadNoticesForm.safeParse({ desk: 'authority', ids }).success).toBe(true)
  const more = ReadNoticesForm.safeParse({ desk: 'authority', ids: listed.join(',') })
  expect(more.success).toBe(false)
})

test('a school whose assignment was taken back is told without a name, and asked for its numbers', () => {
  const told = newsText('school', { kind: 'school_taken_back', child: null, passedOn: false })
  expect(told.href).toBe('/schultisch#plaetze')
  expect(told.text).toContain('Bitte prüfen Sie die Zahl Ihrer Plätze.')
})

test('who was not reached is named, with what to do', async () => {
  await show({ undelivered: ['Sekretariat 180101', 'Jens Vogt'] })
  const title = screen.getByRole('heading', {
    name: 'Eine Nachricht konnte nicht zugestellt werden.',
  })
  const text = title.closest('.kern-alert')?.textContent
  expect(text).toContain('Sekretariat 180101, Jens Vogt')
  expect(text).toContain('Bitte rufen Sie dort an')
})

test('every kind has a sentence that names the child and a page of its case', () => {
  for (const kind of DESK_NOTICE_KINDS) {
    const { text, href } = newsText('school' satisfies NoticeAudience, notice('', { kind }))
    expect(text).toContain('Daryna Kovalenko')
    expect(href).toMatch(/^\/faelle\/case-1(\/[a-z]+)?$/)
  }
})
