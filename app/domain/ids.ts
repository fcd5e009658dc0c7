/** A string that names one kind of thing, so a school's id never fits where a case's belongs. */
export type Id<Kind extends string> = string & { readonly __kind: Kind }

export type CentreId = Id<'centre'>
export type AccountId = Id<'account'>
export type CaseId = Id<'case'>
export type ChildId = Id<'child'>
export type FamilyId = Id<'family'>
export type AppointmentId = Id<'appointment'>
export type SeatPoolId = Id<'seat pool'>
export type SeatEntryId = Id<'seat entry'>
export type ReviewId = Id<'review'>

/** The six-digit official number of a school (Schulnummer): the key of the state's school list. */
export type SchoolNumber = Id<'school'>

/** Amtlicher Gemeindeschlüssel, eight digits with the leading zero. */
export type MunicipalityKey = Id<'municipality'>
