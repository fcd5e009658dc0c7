import type { School } from '#app/domain/school/school.ts'
import { COLUMN_NAMES, cellsOf, listText } from '#tests/domain/school/factories.ts'
import type { Browser } from '#tests/setup/session.ts'

/** Has the operator's browser look at a list of these schools; returns the token to take it over with. */
export async function uploadList(
  browser: Browser,
  schools: readonly School[],
  key = 'upload',
): Promise<string> {
  const parts = { _csrf: await browser.csrf(), _idem: key, intent: 'upload' }
  const lines = Object.entries(parts).flatMap(([name, value]) => [
    '--border',
    `Content-Disposition: form-data; name="${name}"`,
    '',
    value,
  ])
  const list = listText(
    COLUMN_NAMES,
    schools.map((school) => cellsOf(school)),
  )
  const file = 'Content-Disposition: form-data; name="file"; filename="liste.csv"'
  const end = ['--border', file, 'Content-Type: text/csv', '', list, '--border--', '']
  const content = {
    type: 'multipart/form-data; boundary=border',
    text: [...lines, ...end].join('\r\n'),
  }
  const reply = await browser.send({ method: 'POST', path: '/verwaltung/schulen', content })
  const location = new URL(String(reply.headers.location), browser.door.origin)
  const token = location.searchParams.get('datei')
  if (token === null) throw new Error(`The list was not looked at: ${reply.status}`)
  return token
}
