import type { MunicipalityKey } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'

/** The area of a centre as prefixes of the Amtlicher Gemeindeschlüssel (`05358`, `05334002`). */
export type Area = readonly string[]

export type AreaRefusal =
  | { readonly code: 'area_empty' }
  | { readonly code: 'area_prefix_invalid'; readonly prefix: string }

/**
 * The area in `text`: prefixes of two to eight digits, separated by commas. Blanks are ignored,
 * prefixes that another one covers are left out, the rest is sorted. Refused: `area_empty`,
 * `area_prefix_invalid` with the first part that is no such prefix.
 */
export function parseArea(text: string): Result<Area, AreaRefusal> {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const invalid = parts.find((part) => !/^\d{2,8}$/.test(part))
  if (invalid !== undefined) return err({ code: 'area_prefix_invalid', prefix: invalid })
  if (parts.length === 0) return err({ code: 'area_empty' })
  const unique = [...new Set(parts)].toSorted()
  return ok(
    unique.filter((part) => !unique.some((other) => other !== part && part.startsWith(other))),
  )
}

/** Whether the Gemeinde lies in the area. */
export function inArea(area: Area, municipality: MunicipalityKey): boolean {
  return area.some((prefix) => municipality.startsWith(prefix))
}

/** Whether some Gemeinde could lie in both areas; two centres' areas must not. */
export function areasOverlap(one: Area, other: Area): boolean {
  return one.some((a) => other.some((b) => a.startsWith(b) || b.startsWith(a)))
}
