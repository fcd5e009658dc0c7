import { SEX_NAMES, SEXES } from '#app/domain/child/child.ts'
import {
  CHANNELS,
  type Channel,
  GUARDIAN_ROLES,
  type GuardianRole,
} from '#app/domain/family/family.ts'
import { LANGUAGES } from '#app/domain/language/languages.ts'
import { NATIONALITIES } from '#app/domain/nationality/nationalities.ts'
import type { RegisterPage } from '#app/presenters/register-page.server.ts'
import { BirthDateField } from '../form/birth-date-field.tsx'
import { Checkbox, RadioGroup } from '../form/choices.tsx'
import { type Option, Select } from '../form/select.tsx'
import { TextField } from '../form/text-field.tsx'
import type { CheckedForm } from '../form/use-checked-form.ts'

type Props = { readonly form: CheckedForm }

const LANGUAGE_OPTIONS: readonly Option[] = LANGUAGES.map(({ code, german, own }) => ({
  value: code,
  label: own === german ? german : `${german} – ${own}`,
}))

const NATIONALITY_OPTIONS: readonly Option[] = NATIONALITIES.map(({ key, name }) => ({
  value: key,
  label: name,
}))

const SEX_OPTIONS: readonly Option[] = SEXES.map((sex) => ({ value: sex, label: SEX_NAMES[sex] }))

const PRECISIONS: readonly Option[] = [
  { value: 'day', label: 'Tag, Monat und Jahr sind sicher' },
  { value: 'month', label: 'nur Monat und Jahr sind sicher' },
  { value: 'year', label: 'nur das Jahr ist sicher' },
  { value: 'unknown', label: 'nicht bekannt' },
]

const ROLE_WORDS: Readonly<Record<GuardianRole, string>> = {
  mother: 'Mutter',
  father: 'Vater',
  guardian: 'Vormund',
  foster_carer: 'Pflegeperson',
  youth_office: 'Jugendamt',
}

const ROLE_OPTIONS: readonly Option[] = GUARDIAN_ROLES.map((role) => ({
  value: role,
  label: ROLE_WORDS[role],
}))

const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  phone: 'Anruf',
  text_message: 'Textnachricht',
  audio_message: 'Sprachnachricht',
  letter: 'Brief',
  email: 'E-Mail',
}

const CHANNEL_OPTIONS: readonly Option[] = CHANNELS.map((channel) => ({
  value: channel,
  label: CHANNEL_WORDS[channel],
}))

/** Who the child is: names as on paper and in the family's script, birth date with how sure it is. */
export function ChildFields({ form }: Props) {
  const { field } = form
  return (
    <div className="m-stack">
      <div className="m-f2">
        <TextField {...field('givenNames')} autoComplete="off" maxLength={120} />
        <TextField {...field('familyName')} autoComplete="off" maxLength={120} />
        <TextField {...field('originalGiven')} autoComplete="off" dir="auto" optional />
        <TextField {...field('originalFamily')} autoComplete="off" dir="auto" optional />
      </div>
      <BirthDateField
        label="Geburtsdatum"
        hint="zum Beispiel 3 8 2014; was nicht bekannt ist, bleibt frei"
        day={field('birthDay')}
        month={field('birthMonth')}
        year={field('birthYear')}
        precision={field('birthPrecision')}
        precisions={PRECISIONS}
      />
      <RadioGroup {...field('sex')} options={SEX_OPTIONS} horizontal />
      <div className="m-f2">
        <Select {...field('language')} options={LANGUAGE_OPTIONS} required />
        <Select
          {...field('nationality')}
          options={NATIONALITY_OPTIONS}
          empty="noch nicht gefragt"
          optional
        />
      </div>
      <TextField
        {...field('arrivalMonth')}
        hint="Monat und Jahr, zum Beispiel 08.2026"
        narrow
        optional
      />
      <Checkbox
        {...field('addressLock')}
        defaultChecked={form.value('addressLock') !== ''}
        hint="Adresse und Ort stehen dann nur dort, wo sie gebraucht werden."
      />
    </div>
  )
}

/** One or two people who care for the child. */
export function GuardianFields({ form: { field } }: Props) {
  return (
    <>
      {(['guardian1', 'guardian2'] as const).map((which) => (
        <div key={which} className="m-f2">
          <TextField {...field(`${which}Name`)} autoComplete="off" optional />
          <Select {...field(`${which}Role`)} options={ROLE_OPTIONS} />
        </div>
      ))}
    </>
  )
}

type AddressProps = Props & {
  readonly municipalities: RegisterPage['municipalities']
  /** The family is known: only the Gemeinde is asked, which stands with the case. */
  readonly sibling?: RegisterPage['sibling']
}

/** Where the family lives; every part may stay empty but the Gemeinde, which decides who is responsible. */
export function AddressFields({ form: { field }, municipalities, sibling }: AddressProps) {
  const isHidden = sibling?.municipality === null
  return (
    <>
      {sibling ? null : (
        <>
          <TextField {...field('street')} autoComplete="off" optional />
          <div className="m-f2">
            <TextField {...field('postcode')} inputMode="numeric" maxLength={5} optional />
            <TextField {...field('town')} autoComplete="off" optional />
          </div>
          <TextField
            {...field('free')}
            autoComplete="off"
            hint="zum Beispiel Unterkunft Haus 3, bei Familie Demir, ohne festen Wohnsitz"
            optional
          />
        </>
      )}
      <Select
        {...field('municipality')}
        hint={
          isHidden
            ? 'Wegen der Auskunftssperre in der Familie nicht ausgefüllt; bitte fragen Sie die Familie.'
            : 'Gemeinden im Gebiet Ihres Zentrums'
        }
        options={municipalities.map(({ key, name }) => ({ value: key, label: name }))}
        required
      />
    </>
  )
}

/** How the family is reached. */
export function ContactFields({ form: { field } }: Props) {
  return (
    <>
      <div className="m-f2">
        <TextField
          {...field('phone')}
          type="tel"
          inputMode="tel"
          autoComplete="off"
          hint="auch die Nummer einer anderen Person"
        />
        <TextField {...field('email')} type="email" autoComplete="off" optional />
      </div>
      <Select {...field('channel')} options={CHANNEL_OPTIONS} empty={null} />
    </>
  )
}
