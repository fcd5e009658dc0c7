import type { Child } from '#app/domain/child/child.ts'
import type { Family, GuardianRole } from '#app/domain/family/family.ts'
import { addDays, type CalendarDate } from '#app/domain/time.ts'
import { birthDateOf } from './answers.ts'
import { seedOf } from './calendar.ts'
import type { DemoChild, DemoFamily } from './family.ts'
import { PLACES } from './places.ts'

/** The child as it is registered. */
export function childOf(child: DemoChild, start: CalendarDate): Child {
  return {
    givenNames: child.given,
    familyName: child.family,
    originalScript: child.script && { given: child.script[0], family: child.script[1] },
    birthDate: birthDateOf(child, start),
    sex: child.sex,
    furtherLanguages: child.speaks ?? [],
    addressLock: child.addressLock ?? false,
  }
}

/** The family as it is registered; its number gives house and telephone. */
export function familyOf(family: DemoFamily, number: number): Family {
  const place = PLACES[family.home]
  const streets: readonly string[] = place.streets
  const street = `${streets[number % streets.length]} ${(number % 38) + 2}`
  return {
    guardians: Object.entries(family.guardians).map(([role, name]) => ({
      // the keys of `guardians` are roles: Object.entries forgets it
      role: role as GuardianRole,
      name,
      reachability: '',
    })),
    address: {
      street: family.lodging === undefined ? street : '',
      postcode: place.postcode,
      town: place.town,
      free: family.lodging ?? '',
    },
    contact: {
      phone: phoneOf(number),
      email: family.channel === 'email' ? `familie${number}@postfach.example` : '',
      channel: family.channel ?? 'phone',
    },
    readsLanguages: [family.language],
  }
}

/** Numbers the Bundesnetzagentur sets apart for films: nobody picks up. */
function phoneOf(number: number): string {
  const two = String(number % 100).padStart(2, '0')
  return number % 3 === 0 ? `0171 39200${two}` : `030 23125-1${two}`
}

/** The month the family came to Germany: one to four months before the Meldung. */
export function arrivalMonthOf(family: DemoFamily, registeredOn: CalendarDate): string {
  const [first] = family.children
  return addDays(registeredOn, -30 - (seedOf(first.family + first.given) % 90)).slice(0, 7)
}
