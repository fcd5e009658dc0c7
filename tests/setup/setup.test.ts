import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, type TestBrowser } from '#tests/setup/chromium.ts'
import { chromiumPresent, postgresPresent } from '#tests/setup/paths.ts'
import { dropDatabase, freshDatabase, type Prepare } from '#tests/setup/postgres.ts'

describe.skipIf(!postgresPresent)('throw-away PostgreSQL (needs PostgreSQL)', () => {
  test('gives databases of their own, copied from a prepared one', async () => {
    let prepared = 0
    const prepare: Prepare = {
      name: 'one_table',
      run: async (url) => {
        prepared += 1
        await run(url, "create table t (name text); insert into t values ('a')")
      },
    }
    const [one, other] = [await freshDatabase(prepare), await freshDatabase(prepare)]
    await run(one, "insert into t values ('b')")

    expect(await run(one, 'select count(*)::int as n from t')).toEqual([{ n: 2 }])
    expect(await run(other, 'select count(*)::int as n from t')).toEqual([{ n: 1 }])
    expect(prepared).toBe(1)
    await expect(run(await freshDatabase(), 'select * from t')).rejects.toThrow('does not exist')
    await dropDatabase(one)
    await expect(run(one, 'select 1')).rejects.toThrow('does not exist')
  })

  test('sorts text by its bytes, as SQLite does', async () => {
    const url = await freshDatabase()
    expect(await run(url, "select 'Z' < 'a' as z, 'z' < 'ä' as ae")).toEqual([
      { z: true, ae: true },
    ])
  })
})

test('a request to the outside fails unless a test answers it', async () => {
  await expect(fetch('http://outside.test/')).rejects.toThrow()
})

describe.skipIf(!chromiumPresent)('Chromium (needs Chromium)', () => {
  let browser: TestBrowser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  test('opens a page of the width, language and scripting asked for', async () => {
    const page = await browser.newPage({ width: 320, locale: 'ar', javaScriptEnabled: false })
    await page.setContent('<noscript>ohne</noscript><script>document.body.append("mit")</script>')

    expect(await page.locator('body').innerText()).toBe('ohne')
    expect(page.viewportSize()?.width).toBe(320)
  })
})

async function run(connectionString: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const result = await client.query(sql)
    return result.rows ?? []
  } finally {
    await client.end()
  }
}
