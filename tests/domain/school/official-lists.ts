import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { SchoolList } from '#app/domain/school/read-school-list.ts'
import { readSchoolListFile } from '#app/gateways/school-list-file.server.ts'

const folder = new URL('../../../../shared/data/schulen/', import.meta.url)

/** Whether the official lists are there; they are not part of this repository. */
export const officialListsPresent = existsSync(folder)

/** The name of a suite that needs the lists, saying why it is skipped where they are absent. */
export function withOfficialLists(name: string): string {
  return officialListsPresent ? name : `${name} (übersprungen: ../shared/data/schulen fehlt)`
}

export type ListYear = 2021 | 2022 | 2026

/** The bytes of the list as it was published in that year. */
export function officialBytes(year: ListYear): Uint8Array {
  switch (year) {
    case 2021:
      return gunzipSync(readFileSync(new URL('schuldaten_2021-09-08.csv.gz', folder)))
    case 2022:
      return gunzipSync(readFileSync(new URL('schuldaten_2022-06-09.csv.gz', folder)))
    case 2026:
      return readFileSync(new URL('schuldaten.csv', folder))
  }
}

/** The list of that year, read. */
export function officialList(year: ListYear): SchoolList {
  return mustRead(officialBytes(year))
}

export function mustRead(bytes: Uint8Array): SchoolList {
  const result = readSchoolListFile(bytes)
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.error)}`)
  return result.value
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
