import type { DemoFamily } from '../family.ts'
import { ARABIC } from './arabic.ts'
import { CAUCASUS_AND_ASIA } from './caucasus-and-asia.ts'
import { CYRILLIC } from './cyrillic.ts'
import { HORN_OF_AFRICA_AND_BEYOND } from './horn-of-africa-and-beyond.ts'
import { PERSIAN_AND_KURDISH } from './persian-and-kurdish.ts'
import { SOUTH_EAST_EUROPE_AND_LATIN } from './south-east-europe-and-latin.ts'

/** Every family of the demo. All of them are invented. */
export const FAMILIES: readonly DemoFamily[] = [
  ...ARABIC,
  ...CYRILLIC,
  ...PERSIAN_AND_KURDISH,
  ...HORN_OF_AFRICA_AND_BEYOND,
  ...SOUTH_EAST_EUROPE_AND_LATIN,
  ...CAUCASUS_AND_ASIA,
]
