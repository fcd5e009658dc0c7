import type { ReactNode } from 'react'
import { findLanguage } from '#app/domain/language/languages.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { daysBetween } from '#app/domain/time.ts'
import { formatDate, formatDays } from '#app/i18n/format.ts'
import { Crumb, PageTitle, Tabs } from '../frame.tsx'
import type { CaseFile, CaseHead } from './case-page-data.ts'
import { ChildName } from './words.tsx'

const TABS = [
  ['', 'Übersicht'],
  ['/termin', 'Termin'],
  ['/beratung', 'Beratung'],
  ['/vorschlaege', 'Vorschläge'],
  ['/zuweisung', 'Zuweisung'],
  ['/begleitung', 'Begleitung'],
  ['/verlauf', 'Verlauf'],
  ['/ende', 'Ende'],
] as const

type TabsProps = {
  readonly caseId: string
  /** The part that is shown, as the address names it: `/termin`; empty: the overview. */
  readonly current: (typeof TABS)[number][0]
}

/** The parts of a case. */
export function CaseTabs({ caseId, current }: TabsProps) {
  return (
    <Tabs
      label="Teile des Falls"
      links={TABS.map(([part, label]) => ({
        label,
        href: `/faelle/${caseId}${part}`,
        current: part === current,
      }))}
    />
  )
}

type PartProps = {
  readonly head: Pick<CaseHead, 'caseId' | 'caseNumber' | 'name' | 'original'>
  readonly title: string
  readonly current: TabsProps['current']
  /** Facts beside name and number, as far as this part needs them. */
  readonly facts?: readonly string[] | undefined
  readonly side?: ReactNode
}

/** The head of every part of a case but the overview: the way back, whose case it is, the tabs. */
export function CasePartHead({ head, title, current, facts = [], side }: PartProps) {
  const { caseId, caseNumber, name, original } = head
  return (
    <>
      <Crumb href={`/faelle/${caseId}`}>{name}</Crumb>
      <PageTitle
        title={title}
        sub={
          <>
            <ChildName name={name} original={original} />
            {[caseNumber, ...facts].map((fact) => ` · ${fact}`).join('')}
          </>
        }
        side={side}
      />
      <CaseTabs caseId={caseId} current={current} />
    </>
  )
}

/** Name, facts and how long it takes: the head of the overview. */
export function CaseTitle({ file }: { readonly file: CaseFile }) {
  return (
    <PageTitle
      title={<ChildName name={file.name} original={file.original} />}
      sub={factsLine(file)}
      side={<Days {...file} />}
    />
  )
}

function factsLine(file: CaseFile): string {
  const language = findLanguage(file.language)?.german
  return [
    ...bornAndAge(file),
    ...(language === undefined ? [] : [language]),
    ...(file.municipality === null ? [] : [file.municipality]),
    file.caseNumber,
  ].join(' · ')
}

/** `geboren 01.01.2015 (Tag und Monat unsicher)` and `11 Jahre`, as far as they are known. */
function bornAndAge({ born, isBirthDateKnown, age }: CaseHead): readonly string[] {
  return [isBirthDateKnown ? `geboren ${born}` : born, ...(age === null ? [] : [years(age)])]
}

/** `11 Jahre`, `1 Jahr`. */
export function years(age: number): string {
  return age === 1 ? '1 Jahr' : `${age} Jahre`
}

type DaysProps = Pick<CaseFile, 'registeredOn' | 'firstDay' | 'endedOn' | 'today'>

/** The one number: days from the Meldung to the first school day, or until today. */
function Days({ registeredOn, firstDay, endedOn, today }: DaysProps) {
  const until: CalendarDate = firstDay ?? endedOn ?? today
  return (
    <p className="m-days">
      <b>{formatDays(daysBetween(registeredOn, until))}</b>
      <br />
      {firstDay === null
        ? `seit der Meldung am ${formatDate(registeredOn)}`
        : `von der Meldung am ${formatDate(registeredOn)} bis zum ersten Schultag`}
    </p>
  )
}
