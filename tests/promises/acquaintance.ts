/** A person's name among those who ask, and a child's among the neighbours. */
type Named = { readonly name: string }

const AT_A = [
  ...['proposed to a', 'proposed to a from another Gemeinde', 'assigned to a', 'admitted at a'],
  'attending a',
  'not started at a',
]
const AT_B = ['proposed to b', 'attending b']
const NEVER_AT_SCHOOL = [
  ...['registered', 'sister', 'brother', 'appointed', 'waiting', 'withdrawn from a'],
  'declined by a',
]
/** Ended from wherever: the school and the authority that knew them know them no more. */
const ENDED = ['ended while proposed to a', 'moved away from a']
/** The follow-up is over: the authority still answers for what it assigned, the school does not. */
const COMPLETED = 'completed at a'
const COMPLETED_BOR = 'completed in the other centre'
/** Nobody reads anything of them, or knows them at all. */
const ERASED = ['erased after attending a']
const AT_C = ['proposed in the other centre', 'attending in the other centre']
const DN = ['hold expired at a', ...NEVER_AT_SCHOOL, ...AT_A, ...AT_B, ...ENDED, COMPLETED]
const BOR = [
  'hold expired in the other centre',
  'registered in the other centre',
  ...AT_C,
  COMPLETED_BOR,
]

/**
 * Of which children a person may read something on some page. Written by hand and never taken from
 * the policy: a right too many in it is a difference to this list.
 */
const READS: Readonly<Record<string, readonly string[]>> = {
  'counsellor-dn': DN,
  'lead-dn': DN,
  'authority-dn': ['hold expired at a', ...AT_A, ...AT_B, COMPLETED],
  // Düren alone, and Gesamtschulen alone: neither the child from Jülich nor those of school b
  'section-dn': [
    'hold expired at a',
    ...AT_A.filter((name) => name !== 'proposed to a from another Gemeinde'),
    COMPLETED,
  ],
  'owner-dn': [],
  'coordinator-dn': [],
  'auditor-dn': [],
  'counsellor-bor': BOR,
  'lead-bor': BOR,
  'authority-bor': ['hold expired in the other centre', ...AT_C, COMPLETED_BOR],
  'owner-bor': [],
  'coordinator-bor': [],
  'auditor-bor': [],
  'school-180101': AT_A,
  'school-180103': AT_B,
  'school-190101': AT_C,
  state: [],
  operator: [],
  'family of attending a': ['attending a'],
  'family of attending in the other centre': ['attending in the other centre'],
  // its page says for a while that the way is over, and whom to ring
  'family of moved away from a': ['moved away from a'],
  // signed in until the child was erased
  'family of erased after attending a': [],
  nobody: [],
}

/** Who sees in the trail, beyond that, that a case exists: by its id and number, without a name. */
const TRAIL: Readonly<Record<string, readonly string[]>> = { 'auditor-dn': DN, 'auditor-bor': BOR }

/**
 * Whom an owner reads of in the list of those without a place in Düren and in Borken: by name, without the
 * id or the number of the case. The child from Jülich is none of them: no Grundschule there is the owner's.
 */
const LISTED: Readonly<Record<string, readonly string[]>> = {
  'owner-dn': [
    ...['hold expired at a', ...NEVER_AT_SCHOOL],
    ...['proposed to a', 'proposed to b', 'not started at a'],
  ],
  'owner-bor': [
    ...['hold expired in the other centre', 'registered in the other centre'],
    'proposed in the other centre',
  ],
}

/** Whether the person may see the child's name on some page. @throws for an unknown person. */
export function mayRead({ name }: Named, child: string): boolean {
  return readsOf(name).includes(child) || (LISTED[name] ?? []).includes(child)
}

/** Whether the person may know that the case exists: its id, its number, its address. */
export function mayKnow({ name }: Named, child: string): boolean {
  return readsOf(name).includes(child) || (TRAIL[name] ?? []).includes(child)
}

function readsOf(name: string): readonly string[] {
  const children = READS[name]
  if (children === undefined) throw new Error(`Whom may ${name} know?`)
  return children
}

/** Everybody and every child the lists above name. */
export const NAMED = {
  people: Object.keys(READS),
  children: [...DN, ...BOR, ...ERASED],
} as const
