import { Link } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { SearchForm } from '#app/forms/search.ts'
import { t } from '#app/i18n/translate.ts'
import type { Search } from '#app/presenters/work-list.server.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Notice } from '../notice.tsx'

const LABELS = { word: 'Kind suchen' }

type Props = {
  readonly search: Search
  /** The list without the search: the form is sent there, and "Suche beenden" leads there. */
  readonly href: string
}

/** Search for a child by POST: a name does not stand in an address (docs/decisions/0012). */
export function ChildSearch({ search: { word }, href }: Props) {
  const form = useCheckedForm(SearchForm, { labels: LABELS, defaults: { word } })
  const { formRef } = form.formProps
  const shown = useRef(word)

  // the page stays when only its address changes: the field follows, and the focus stays where it is
  useEffect(() => {
    if (shown.current !== word) formRef.current?.reset()
    shown.current = word
  }, [word, formRef])

  return (
    <>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} action={href} role="search" className="m-search">
        <TextField
          {...form.field('word')}
          type="search"
          dir="auto"
          autoComplete="off"
          hint="Name in jeder Schrift oder Fallnummer"
        />
        <SubmitButton kind="secondary">Suchen</SubmitButton>
        {word === '' ? null : <Link to={href}>Suche beenden</Link>}
      </Form>
    </>
  )
}

/** At the top of a list whose address brought a search that does not open any more. */
export function SearchEnded({ search }: Pick<Props, 'search'>) {
  return search.hasSearchEnded ? <Notice kind="info" title={t('search.ended')} /> : null
}
