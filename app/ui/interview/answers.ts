import type { SchoolingRow } from '#app/domain/interview/interview.ts'
import { schoolingYears } from '#app/domain/interview/schooling.ts'
import type { Topic } from '#app/domain/interview/topics.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { findCountry } from '#app/forms/interview-countries.ts'
import { t } from '#app/i18n/translate.ts'
import type { Fact } from '../case/facts.tsx'
import { levelWord } from '../follow-up/level-words.ts'
import type { CaseInterview } from './interview-data.ts'

/** What stands in a topic, as it is read before finishing; an answer not given has no value. */
export function answersOf(topic: Topic, page: CaseInterview): readonly Fact[] {
  return ANSWERS[topic](page)
}

const ANSWERS: Readonly<Record<Topic, (page: CaseInterview) => readonly Fact[]>> = {
  languages: ({ interview }) => [
    {
      term: 'Sprachen',
      value: interview.languages
        .map(({ language }) => findLanguage(language)?.german ?? language)
        .join(', '),
    },
    {
      term: 'Lateinische Schrift',
      value: interview.latinLiteracy === null ? '' : t(`literacy.${interview.latinLiteracy}`),
    },
    {
      term: 'Deutsch nach GeR',
      value: interview.germanLevel === null ? '' : levelWord(interview.germanLevel),
    },
  ],
  schooling: ({ interview: { schooling } }) => {
    if (schooling === null) return [{ term: 'Schulbesuch', value: '' }]
    if (schooling.length === 0) return [{ term: 'Schulbesuch', value: 'noch nie in der Schule' }]
    return [
      { term: 'Schulbesuch', value: schooling.map(rowText).join('; ') },
      { term: 'Zusammen', value: yearsText(schoolingYears(schooling)) },
    ]
  },
  siblings: ({ interview: { siblings }, schools }) => [
    {
      term: 'Geschwister an Schulen',
      value: namesOf(
        siblings?.map(({ schoolNumber }) => schoolNumber) ?? null,
        schools,
        'keine Geschwister an einer Schule hier',
      ),
    },
  ],
  wish: ({ interview: { wish }, schools }) => [
    { term: 'Schulen', value: namesOf(wish?.schools ?? null, schools, 'kein Wunsch') },
    {
      term: 'Schulformen',
      value:
        wish === null
          ? ''
          : wish.forms.map((form) => SCHOOL_FORMS[form]).join(', ') || 'kein Wunsch',
    },
    ...(wish === null || wish.note === '' ? [] : [{ term: 'Anmerkung', value: wish.note }]),
  ],
  recommendation: ({ interview: { recommendation } }) => [
    {
      term: 'Schulform',
      value:
        recommendation === null
          ? ''
          : recommendation.form === null
            ? 'offen gelassen'
            : SCHOOL_FORMS[recommendation.form],
    },
    { term: 'Klasse', value: recommendation?.grade?.toString() ?? '' },
    { term: 'Begründung', value: recommendation?.reason ?? '' },
  ],
}

function rowText({ country, fromYear, toYear, years }: SchoolingRow): string {
  return `${findCountry(country)?.name ?? country}, ${fromYear} bis ${toYear}: ${yearsText(years)}`
}

function yearsText(years: number): string {
  return years === 1 ? '1 Schuljahr' : `${years} Schuljahre`
}

function namesOf(
  numbers: readonly string[] | null,
  schools: CaseInterview['schools'],
  none: string,
): string {
  if (numbers === null) return ''
  if (numbers.length === 0) return none
  return numbers
    .map((number) => schools.find((school) => school.number === number)?.name ?? `Schule ${number}`)
    .join(', ')
}
