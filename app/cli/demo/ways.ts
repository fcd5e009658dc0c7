import {
  admit,
  appoint,
  assign,
  beginInterview,
  canAdmit,
  counsel,
  decline,
  gone,
  miss,
  noPlace,
  notCome,
  propose,
  register,
  review,
  type Step,
  sendBack,
  start,
  withdraw,
} from './steps.ts'

const NO_SEAT = {
  code: 'no_seat',
  sentence: 'Die beiden letzten Plätze sind inzwischen mit Kindern aus dem Ort belegt.',
} as const
const NO_GROUP = {
  code: 'no_support_group',
  sentence: 'Die Deutschfördergruppe ruht, bis die Lehrkraft vertreten ist.',
} as const
const NO_TEACHER = {
  code: 'no_teacher',
  sentence: 'Die Fördergruppe ist voll, und eine zweite Lehrkraft ist nicht in Sicht.',
} as const
const OTHER_SCHOOL = {
  code: 'other_school',
  sentence: 'Bitte eine Schule prüfen, die mit einem Bus ohne Umsteigen zu erreichen ist.',
} as const
const FAMILY_WISH = {
  code: 'family_wish',
  sentence: 'Die Familie hat inzwischen eine Wohnung am anderen Ende des Kreises gefunden.',
} as const
const FACTS_MISSING = {
  code: 'facts_missing',
  sentence: 'Bitte klären, welche Klasse das Kind zuletzt besucht hat.',
} as const

/**
 * What happens to the children of the demo, told in days from the first start, by name. A step is
 * at least a day back, an appointment may lie ahead. From a proposal to the answer it is four days
 * at most: a weekend may add two, and after seven the hold has run out.
 */
export const WAYS = {
  // gemeldet
  registered_today: [register(-1)],
  registered: [register(-9)],
  registered_due_soon: [register(-26)],
  registered_overdue: [register(-36)],
  // Termin
  appointed: [register(-12), appoint(-6, 4, '10:30')],
  appointed_tomorrow: [register(-27), appoint(-10, 1, '09:00')],
  appointed_today: [register(-21), appoint(-10, 0, '14:00'), beginInterview(-1)],
  appointed_yesterday: [register(-24), appoint(-9, -1, '11:00')],
  appointed_late: [register(-33), appoint(-5, 6, '15:30')],
  // nicht erschienen
  missed: [register(-22), appoint(-16, -8, '09:00'), miss(-8)],
  missed_twice: [
    register(-41),
    appoint(-36, -26, '10:00'),
    miss(-26),
    appoint(-21, -7, '13:00'),
    miss(-7),
  ],
  // wartet auf Platz
  waiting: [register(-24), appoint(-20, -3, '10:00'), counsel(-3)],
  waiting_walked_in: [register(-6), counsel(-6)],
  waiting_due_today: [register(-45), appoint(-42, -14, '09:30'), counsel(-14)],
  waiting_due_soon: [register(-38), appoint(-33, -12, '14:30'), counsel(-12)],
  waiting_just_overdue: [register(-47), appoint(-43, -17, '10:00'), counsel(-17)],
  waiting_overdue: [register(-61), appoint(-55, -30, '11:00'), counsel(-30)],
  waiting_declined: [
    register(-40),
    appoint(-36, -19, '09:00'),
    counsel(-19),
    propose(-12),
    decline(-9, NO_SEAT),
  ],
  waiting_declined_twice: [
    register(-66),
    appoint(-60, -40, '13:30'),
    counsel(-40),
    propose(-31),
    decline(-28, NO_GROUP),
    propose(-16),
    decline(-12, NO_SEAT),
  ],
  waiting_withdrawn: [
    register(-37),
    appoint(-32, -16, '14:00'),
    counsel(-16),
    propose(-9),
    withdraw(-6, FAMILY_WISH),
  ],
  waiting_sent_back: [
    register(-36),
    appoint(-31, -15, '10:00'),
    counsel(-15),
    propose(-10),
    sendBack(-7, OTHER_SCHOOL),
  ],
  // vorgeschlagen
  proposed: [register(-20), appoint(-17, -9, '10:00'), counsel(-9), propose(-1)],
  proposed_can_admit: [
    register(-30),
    appoint(-27, -12, '09:00'),
    counsel(-12),
    propose(-4),
    canAdmit(-2),
  ],
  proposed_overdue: [register(-49), appoint(-44, -25, '11:30'), counsel(-25), propose(-3)],
  proposed_other: [register(-28), appoint(-24, -11, '15:00'), counsel(-11), propose(-2, 2)],
  proposed_expired: [register(-45), appoint(-41, -20, '10:30'), counsel(-20), propose(-11)],
  proposed_again: [
    register(-50),
    appoint(-46, -27, '09:30'),
    counsel(-27),
    propose(-20),
    propose(-2),
  ],
  // zugewiesen
  assigned: [register(-26), appoint(-22, -13, '10:00'), counsel(-13), propose(-5), assign(-2)],
  assigned_no_place: [
    register(-27),
    appoint(-23, -14, '13:00'),
    counsel(-14),
    propose(-6),
    assign(-3),
    noPlace(-1, NO_TEACHER),
  ],
  assigned_due_today: [
    register(-34),
    appoint(-30, -18, '14:00'),
    counsel(-18),
    propose(-10),
    assign(-7),
  ],
  assigned_overdue: [
    register(-44),
    appoint(-39, -24, '09:00'),
    counsel(-24),
    propose(-16),
    canAdmit(-14),
    assign(-12),
  ],
  // aufgenommen
  admitted: [
    register(-31),
    appoint(-28, -17, '11:00'),
    counsel(-17),
    propose(-8),
    assign(-6),
    admit(-3, 3),
  ],
  admitted_without_day: [
    register(-29),
    appoint(-25, -14, '13:00'),
    counsel(-14),
    propose(-8),
    assign(-5),
    admit(-1, null),
  ],
  admitted_overdue: [
    register(-46),
    appoint(-42, -27, '10:00'),
    counsel(-27),
    propose(-17),
    assign(-14),
    admit(-10, -3),
  ],
  // nicht angetreten
  not_started: [
    register(-48),
    appoint(-44, -30, '12:00'),
    counsel(-30),
    propose(-24),
    assign(-21),
    admit(-18, -11),
    notCome(-5),
  ],
  // beschult
  at_school: [
    register(-52),
    appoint(-47, -35, '10:00'),
    counsel(-35),
    propose(-24),
    assign(-21),
    admit(-17, -13),
    start(-13),
  ],
  at_school_quickly: [
    register(-43),
    appoint(-40, -33, '09:00'),
    counsel(-33),
    propose(-31),
    canAdmit(-30),
    assign(-28),
    admit(-25, -22),
    start(-22),
  ],
  at_school_late: [
    register(-112),
    appoint(-104, -76, '14:00'),
    counsel(-76),
    propose(-50),
    assign(-46),
    admit(-38, -33),
    start(-33),
  ],
  at_school_after_missing: [
    register(-96),
    appoint(-90, -80, '09:30'),
    miss(-80),
    appoint(-76, -66, '09:30'),
    counsel(-66),
    propose(-58),
    assign(-55),
    admit(-50, -46),
    start(-46),
  ],
  at_school_after_decline: [
    register(-92),
    appoint(-86, -71, '11:00'),
    counsel(-71),
    propose(-62),
    decline(-59, NO_SEAT),
    propose(-55),
    assign(-52),
    admit(-47, -43),
    start(-43),
  ],
  at_school_after_sent_back: [
    register(-99),
    appoint(-94, -78, '13:00'),
    counsel(-78),
    propose(-70),
    sendBack(-67, FACTS_MISSING),
    propose(-61),
    assign(-58),
    admit(-53, -49),
    start(-49),
  ],
  at_school_after_expiry: [
    register(-108),
    appoint(-101, -90, '10:00'),
    counsel(-90),
    propose(-82),
    propose(-71),
    assign(-68),
    admit(-62, -58),
    start(-58),
  ],
  at_school_reviewed: [
    register(-152),
    appoint(-146, -128, '09:00'),
    counsel(-128),
    propose(-118),
    assign(-115),
    admit(-110, -105),
    start(-105),
    review(-19, 'A1'),
  ],
  at_school_reviewed_twice: [
    register(-252),
    appoint(-246, -229, '10:30'),
    counsel(-229),
    propose(-218),
    assign(-215),
    admit(-210, -205),
    start(-205),
    review(-112, 'A1'),
    review(-15, 'A2'),
  ],
  at_school_gone: [
    register(-201),
    appoint(-195, -182, '11:30'),
    counsel(-182),
    propose(-173),
    assign(-170),
    admit(-166, -161),
    start(-161),
    gone(-2),
  ],
  at_school_with_b1: [
    register(-266),
    appoint(-260, -244, '14:30'),
    counsel(-244),
    propose(-236),
    assign(-233),
    admit(-228, -222),
    start(-222),
    review(-24, 'B1'),
  ],
  // The review of the second half-year has passed by then, whatever the season.
  at_school_review_overdue: [
    register(-295),
    appoint(-290, -276, '11:30'),
    counsel(-276),
    propose(-268),
    assign(-265),
    admit(-260, -254),
    start(-254),
  ],
} as const satisfies Readonly<Record<string, readonly Step[]>>

export type WayName = keyof typeof WAYS

/** How many days before the first start the demo begins: before the first of all steps. */
export const DEMO_DAYS = 320
