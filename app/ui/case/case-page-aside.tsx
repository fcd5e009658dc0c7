import { Link } from '@remix-run/react'
import type { Channel, GuardianRole } from '#app/domain/family/family.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { t } from '#app/i18n/translate.ts'
import { levelWord } from '../follow-up/level-words.ts'
import { classText } from '../school/class-text.ts'
import { telHref } from '../telephone.ts'
import type { CaseFile, Sibling } from './case-page-data.ts'
import { years } from './case-page-head.tsx'
import { Facts } from './facts.tsx'

const GUARDIANS: Readonly<Record<GuardianRole, string>> = {
  mother: 'Mutter',
  father: 'Vater',
  guardian: 'Vormund',
  foster_carer: 'Pflegeperson',
  youth_office: 'Jugendamt',
}

const CHANNELS: Readonly<Record<Channel, string>> = {
  phone: 'Anruf',
  text_message: 'SMS',
  audio_message: 'Sprachnachricht',
  letter: 'Brief',
  email: 'E-Mail',
}

/** What one looks up beside a case: recommendation, family, contact. */
export function CaseAside({ file }: { readonly file: CaseFile }) {
  return (
    <>
      <section className="m-sect" aria-labelledby="recommendation">
        <h2 id="recommendation">Empfehlung</h2>
        <Recommendation file={file} />
      </section>
      <AtSchool file={file} />
      <section aria-labelledby="family">
        <h2 id="family">Familie und Geschwister</h2>
        <ul className="m-kin">
          {file.family.guardians.map(({ name, role }) => (
            <li key={`${role} ${name}`}>
              {name}
              <span className="sub">{GUARDIANS[role]}</span>
            </li>
          ))}
          {file.siblings.map((sibling) => (
            <Kin key={sibling.caseId} sibling={sibling} isLocked={file.isLocked} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="contact">
        <h2 id="contact">Kontakt</h2>
        <Contact file={file} />
      </section>
    </>
  )
}

/** The school and the class, once the school has said where the child learns. */
function AtSchool({ file: { school, schoolClass } }: { readonly file: CaseFile }) {
  if (schoolClass === null) return null
  return (
    <section aria-labelledby="at-school">
      <h2 id="at-school">An der Schule</h2>
      <Facts
        facts={[
          { term: 'Schule', value: school?.name ?? '' },
          { term: 'Klasse', value: classText(schoolClass) },
        ]}
      />
    </section>
  )
}

function Recommendation({ file }: { readonly file: CaseFile }) {
  const { recommendation } = file
  if (recommendation === null) return <p className="m-muted">Steht nach der Beratung hier.</p>
  const { form, grade, germanLevel, reason, wish } = recommendation
  return (
    <Facts
      facts={[
        { term: 'Schulform', value: form === null ? 'offen gelassen' : SCHOOL_FORMS[form] },
        { term: 'Klasse', value: String(grade) },
        { term: 'Deutsch', value: germanLevel === null ? null : levelWord(germanLevel) },
        { term: 'Wunsch', value: wishText(wish) },
        { term: 'Begründung', value: reason },
      ]}
    />
  )
}

function wishText(wish: NonNullable<CaseFile['recommendation']>['wish']): string {
  if (wish === null) return ''
  const schools = wish.schools.length === 1 ? ['eine Schule'] : [`${wish.schools.length} Schulen`]
  const choices = [
    ...(wish.schools.length === 0 ? [] : schools),
    ...wish.forms.map((form) => SCHOOL_FORMS[form]),
  ]
  const said = [choices.join(', '), wish.note].filter((part) => part !== '')
  return said.length === 0 ? 'kein Wunsch' : said.join('. ')
}

type KinProps = { readonly sibling: Sibling; readonly isLocked: boolean }

function Kin({ sibling, isLocked }: KinProps) {
  const { caseId, name, age, stage, isSameChild } = sibling
  return (
    <li>
      <Link to={`/faelle/${caseId}`}>{name}</Link>
      {age === null ? '' : `, ${years(age)}`}
      <span className="sub">
        {isSameChild ? 'weiterer Fall desselben Kindes, ' : ''}
        {t(`stage.${stage}`)}
        {schoolNote(sibling, isLocked)}
      </span>
    </li>
  )
}

function schoolNote({ hasSchool, school, grade }: Sibling, isLocked: boolean): string {
  if (!hasSchool) return ''
  const inGrade = grade === null ? '' : `, Klasse ${grade}`
  return isLocked || school === null ? `${inGrade} (Schule verdeckt)` : `: ${school}${inGrade}`
}

function Contact({ file }: { readonly file: CaseFile }) {
  const { contact, readsLanguages, address } = file.family
  const reads = readsLanguages.map((code) => findLanguage(code)?.german ?? code).join(', ')
  return (
    <Facts
      facts={[
        { term: 'Anschrift', value: file.isLocked ? 'verdeckt' : address },
        {
          term: 'Telefon',
          value: contact.phone === '' ? '' : <a href={telHref(contact.phone)}>{contact.phone}</a>,
        },
        ...(contact.email === '' ? [] : [{ term: 'E-Mail', value: contact.email }]),
        { term: 'Bevorzugt', value: CHANNELS[contact.channel] },
        { term: 'Liest', value: reads },
      ]}
    />
  )
}
