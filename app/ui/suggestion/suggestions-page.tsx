import { useActionData } from '@remix-run/react'
import { DEVIATION_REASONS } from '#app/domain/case/reasons.ts'
import { SCHOOL_FORMS, type SchoolForm } from '#app/domain/school/form.ts'
import type { FormFailure } from '#app/forms/form.ts'
import { formatDays } from '#app/i18n/format.ts'
import { homeText } from '#app/i18n/suggestion-text.ts'
import { t } from '#app/i18n/translate.ts'
import type { SuggestionsPage } from '#app/presenters/suggestions-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { CasePartHead, years } from '../case/case-page-head.tsx'
import { ClockBar } from '../case/clock-bar.tsx'
import { LinkButton, SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { Section, TwoColumns } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { ExcludedList } from './excluded-list.tsx'
import { SuggestionCard, SuggestionList } from './suggestion-card.tsx'
import { WithoutPoolsGroup } from './without-pools.tsx'

type Answer = FormFailure & { readonly refusal: Refusal | null }

/** Schools that fit and have a place, with reasons one can read out; the counsellor decides. */
export function SuggestionsView({ page }: { readonly page: SuggestionsPage }) {
  const answer = useActionData<Answer>()
  return (
    <>
      <CasePartHead
        head={page}
        title="Schulvorschläge"
        current="/vorschlaege"
        facts={factsOf(page)}
        side={page.clock === null ? null : <ClockBar clock={page.clock} named />}
      />
      <RefusalNotice refusal={answer?.refusal} />
      {page.canPropose ? null : <NotNow page={page} />}
      <TwoColumns
        main={<Schools page={page} answer={answer} />}
        aside={<HowRanked page={page} />}
      />
    </>
  )
}

function factsOf({ age, grade, form }: SuggestionsPage): readonly string[] {
  return [
    ...(age === null ? [] : [years(age)]),
    ...(grade === null ? [] : [`Klasse ${grade}`]),
    ...(form === null ? [] : [SCHOOL_FORMS[form as SchoolForm]]),
  ]
}

function NotNow({ page }: { readonly page: SuggestionsPage }) {
  const isBefore = page.grade === null
  return (
    <Notice
      kind="info"
      title={
        isBefore
          ? 'Vorschlagen können Sie, sobald die Beratung abgeschlossen ist.'
          : `Der Fall steht bei „${t(`stage.${page.stage}`)}“. Ein neuer Vorschlag ist jetzt nicht nötig.`
      }
    >
      <LinkButton
        kind="secondary"
        to={`/faelle/${page.caseId}/${isBefore ? 'beratung' : 'zuweisung'}`}
      >
        {isBefore ? 'Zur Beratung' : 'Zum Vorschlag'}
      </LinkButton>
    </Notice>
  )
}

type SchoolsProps = { readonly page: SuggestionsPage; readonly answer: Answer | undefined }

function Schools({ page, answer }: SchoolsProps) {
  const { suggested, total } = page
  return (
    <>
      <p className="m-lead">
        <b>
          {suggested.length} von {total} Schulen
        </b>{' '}
        haben Platz und passen. Sie entscheiden; der Vorschlag hält den Platz{' '}
        {formatDays(page.holdDays)} frei.
      </p>
      {suggested.length === 0 ? (
        <EmptyState title="Zurzeit hat keine passende Schule einen freien Förderplatz.">
          Unten stehen Schulen, die noch keine Plätze gemeldet haben. Ein Anruf lohnt sich.
        </EmptyState>
      ) : (
        <SuggestionList>
          {suggested.map((school, index) => (
            <SuggestionCard
              key={school.number}
              rank={index + 1}
              name={school.name}
              sub={SCHOOL_FORMS[school.form]}
              to={`/schulen/${school.number}`}
              free={school.free}
              decided={school.decided}
              wayMetres={page.isLocked ? undefined : school.wayMetres}
              reasons={school.reasons}
              action={page.canPropose ? <Propose page={page} index={index} /> : null}
            />
          ))}
        </SuggestionList>
      )}
      <WithoutPoolsGroup
        schools={page.withoutPools.map((school) => ({
          ...school,
          to: `/schulen/${school.number}`,
        }))}
      />
      <ExcludedList schools={page.excluded} />
      {page.canPropose && suggested.length > 1 ? <OtherSchool page={page} answer={answer} /> : null}
    </>
  )
}

/** The first school is proposed at once; every other one leads to the form that asks why. */
function Propose({ page, index }: { readonly page: SuggestionsPage; readonly index: number }) {
  const school = page.suggested[index]
  if (school === undefined) return null
  return (
    <Form>
      <input type="hidden" name="version" value={page.version} />
      <input type="hidden" name="schoolNumber" value={school.number} />
      <SubmitButton
        kind={index === 0 ? 'primary' : 'secondary'}
        label={`${school.name} vorschlagen`}
      >
        {index === 0 ? 'Diese Schule vorschlagen' : 'Diese vorschlagen'}
      </SubmitButton>
    </Form>
  )
}

function OtherSchool({ page, answer }: SchoolsProps) {
  const typed = (name: string) => String(answer?.values[name] ?? '')
  return (
    <Section title="Andere Schule wählen" prose>
      <p className="m-muted">
        Der Grund steht später beim Vorschlag und ist für alle lesbar, die zuweisen.
      </p>
      <Form className="m-stack">
        <input type="hidden" name="version" value={page.version} />
        <Select
          name="schoolNumber"
          label="Schule"
          required
          defaultValue={typed('schoolNumber')}
          error={answer?.errors['schoolNumber']?.message}
          options={page.suggested
            .slice(1)
            .map(({ number, name }) => ({ value: number, label: name }))}
        />
        <Select
          name="reason"
          label="Grund"
          required
          defaultValue={typed('reason')}
          error={answer?.errors['reason']?.message}
          options={DEVIATION_REASONS.map((reason) => ({
            value: reason,
            label: t(`deviation.${reason}`),
          }))}
        />
        <TextArea
          name="sentence"
          label="Begründung in einem Satz"
          maxLength={500}
          defaultValue={typed('sentence')}
          error={answer?.errors['sentence']?.message}
        />
        <SubmitButton kind="secondary">Mit diesem Grund vorschlagen</SubmitButton>
      </Form>
    </Section>
  )
}

function HowRanked({ page }: { readonly page: SuggestionsPage }) {
  return (
    <>
      <h2>So ist gereiht</h2>
      <ol>
        <li>Geschwister an der Schule</li>
        <li>empfohlene Schulform</li>
        {page.isLocked ? null : <li>Schulweg</li>}
        <li>Wunsch der Familie</li>
      </ol>
      <p className="m-small m-muted">
        {page.isLocked
          ? 'Wegen der Auskunftssperre in der Familie stehen hier keine Schulwege, und sie zählen bei der Reihung nicht.'
          : `Wege sind geschätzt: Luftlinie × 1,3, ${homeText(page.home, page.municipality ?? '')}.`}{' '}
        Kein Vorschlag gilt ohne Ihre Entscheidung.
      </p>
    </>
  )
}
