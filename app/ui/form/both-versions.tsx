import { CHOICES, chooseName, mineName, wasName } from '#app/forms/both-versions.ts'
import { t } from '#app/i18n/translate.ts'
import { Notice } from '../notice.tsx'
import { RadioGroup } from './choices.tsx'
import type { Conflict, RecordVersions } from './shared-record.ts'
import type { CheckedForm } from './use-checked-form.ts'
import { useShownChoice } from './use-shown-choice.ts'

/**
 * Inside a form whose values somebody else may change meanwhile: what stood on the screen, for the
 * server; and, once others saved something since, both versions of every field that both changed,
 * with the choice between them, and what only the others changed.
 */
export function BothVersions({ form }: { readonly form: CheckedForm }) {
  const changed = form.versions.filter(
    ({ conflicts, theirs }) => conflicts.length + theirs.length > 0,
  )
  return (
    <>
      {form.versions.map(({ prefix, was }) => (
        <input key={prefix} type="hidden" name={wasName(prefix)} value={was} />
      ))}
      {changed.map((versions) => (
        <Versions key={versions.prefix} form={form} versions={versions} />
      ))}
      {changed.length === 0 ? <Elsewhere form={form} /> : null}
    </>
  )
}

/** Somebody changed something else: what was typed stands in nobody's way. */
function Elsewhere({ form }: { readonly form: CheckedForm }) {
  const { versions, typed, refusals } = form
  const isStale = refusals.some(({ code }) => code.startsWith('stale_'))
  if (versions.length === 0 || !typed || !isStale) return null
  return <p className="m-note">{t('versions.elsewhere')}</p>
}

type Props = { readonly form: CheckedForm; readonly versions: RecordVersions }

function Versions({ form, versions }: Props) {
  const { prefix, conflicts, theirs, savedBy } = versions
  return (
    <Notice kind="warning" title={t(conflicts.length > 0 ? 'versions.choose' : 'versions.merged')}>
      {savedBy === null ? null : <p>{t('versions.saved_by', { by: savedBy })}</p>}
      {conflicts.map((conflict) => (
        <Choice key={conflict.name} form={form} prefix={prefix} conflict={conflict} />
      ))}
      {theirs.length === 0 ? null : (
        <>
          <p className="m-sect0">{t('versions.theirs')}</p>
          <ul>
            {theirs.map(({ label, stored }) => (
              <li key={label}>
                {label}: {orNothing(stored)}
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  )
}

const LABELS = { stored: 'versions.keep', typed: 'versions.take' } as const
const HINTS = { stored: 'versions.stored', typed: 'versions.typed' } as const

type ChoiceProps = {
  readonly form: CheckedForm
  readonly prefix: string
  readonly conflict: Conflict
}

/** Nothing is chosen at first: another person's words go only where somebody decided that. */
function Choice({ form, prefix, conflict }: ChoiceProps) {
  const name = chooseName(prefix, conflict.name)
  const { mine, ref } = useShownChoice(prefix, conflict)
  return (
    <>
      <input ref={ref} type="hidden" name={mineName(prefix, conflict.name)} value={mine} />
      {/* without a choice this alone is sent, and the server asks */}
      <input type="hidden" name={name} value="" />
      <RadioGroup
        name={name}
        label={conflict.label}
        error={form.error(name)}
        defaultValue={conflict.choice}
        options={CHOICES.map((choice) => ({
          value: choice,
          label: t(LABELS[choice]),
          hint: `${t(HINTS[choice])} ${orNothing(conflict[choice])}`,
        }))}
      />
    </>
  )
}

function orNothing(text: string): string {
  return text === '' ? t('versions.nothing') : text
}
