import { findLanguage } from '#app/domain/language/languages.ts'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import type { ListedChild } from '#app/presenters/work-list-row.server.ts'
import { ChildName } from '../case/words.tsx'

/** The child of a row: name with its original script, leading to the case, and the age under it. */
export function ChildCell({ child }: { readonly child: ListedChild }) {
  const { caseId, name, original } = child
  return (
    <>
      <ChildName
        name={name === '' ? 'Name nicht lesbar' : name}
        original={original}
        to={`/faelle/${caseId}`}
      />
      <span className="sub">{ageText(child)}</span>
    </>
  )
}

/** What is recommended, as far as it is known, and the family's language under it. */
export function RecommendationCell({ child }: { readonly child: ListedChild }) {
  const { grade, form } = child
  const recommended = [
    ...(grade === null ? [] : [`Klasse ${grade}`]),
    ...(form === null ? [] : [SCHOOL_FORMS[form]]),
  ]
  return (
    <span>
      {recommended.length === 0 ? <span className="m-muted">offen</span> : recommended.join(', ')}
      <span className="sub">{languageName(child.language)}</span>
    </span>
  )
}

function ageText({ age, isAgeUncertain }: ListedChild): string {
  if (age === null) return 'Alter nicht bekannt'
  return `${age === 1 ? '1 Jahr' : `${age} Jahre`}${isAgeUncertain ? ', unsicher' : ''}`
}

function languageName(code: string): string {
  return findLanguage(code)?.german ?? code
}
