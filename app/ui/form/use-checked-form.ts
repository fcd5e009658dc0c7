import { zodResolver } from '@hookform/resolvers/zod'
import { useSubmit } from '@remix-run/react'
import {
  type FormEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { type FieldValues, get, type Resolver, useForm } from 'react-hook-form'
import type * as z from 'zod'
import { fieldOfChoice } from '#app/forms/both-versions.ts'
import { toTree, withChoices } from '#app/forms/form.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { isNothing } from './buttons.tsx'
import { useDraft } from './draft-context.ts'
import type { SummaryItem } from './error-summary.tsx'
import type { Control } from './field.tsx'
import { type Answer, type Intent, refusalsOf, useOwnAnswer } from './own-answer.tsx'
import {
  atPresentNames,
  type RecordVersions,
  type SharedRecord,
  useBothVersions,
} from './shared-record.ts'

type Options = {
  /** What stands in the fields at first, by field name. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined
  /** The label of every field; `*` stands for a row number (`schooling.*.country`). */
  readonly labels: Readonly<Record<string, string>>
  /** The `intent`s this form sends, where a page has several: only its own answers concern it. */
  readonly intent?: Intent
  /** What is stored now of each record the form edits, where somebody else may change it meanwhile. */
  readonly shared?: readonly SharedRecord[] | undefined
}

/** What `field(name)` gives to a field component. */
export type CheckedField = {
  readonly name: string
  readonly label: string
  readonly defaultValue: string
  readonly error: string | undefined
  readonly control: Control
}

/** Spread `formProps` on `Form`, `field(name)` on fields, `summary` into `ErrorSummary`. */
export type CheckedForm = {
  readonly formProps: {
    readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void
    readonly formRef: RefObject<HTMLFormElement>
  }
  readonly field: (name: string) => CheckedField
  readonly error: (name: string) => string | undefined
  /** What stands or stood in a field: typed and refused, typed and not sent, or the default. */
  readonly value: (name: string) => string
  readonly summary: readonly SummaryItem[]
  /** Why what this form sent was not done. */
  readonly refusals: readonly Refusal[]
  /** What was sent, or typed and not sent, with what others saved since; undefined: neither. */
  readonly typed: Readonly<Record<string, unknown>> | undefined
  /** Both versions of each of its `shared` records, for `BothVersions`. */
  readonly versions: readonly RecordVersions[]
}

/**
 * One schema, read twice: with JavaScript it is checked before sending, and the server checks it
 * again. What is checked is what would be sent (the form's own data), so both read the same. Without
 * JavaScript the answer's messages and values stand in the page as the server rendered it.
 *
 * Buttons with `noCheck` send without the check ("Weitere Sprache", "Speichern und verlassen").
 */
export function useCheckedForm(schema: z.ZodType, options: Options): CheckedForm {
  const answer = useOwnAnswer(options.intent)
  const draft = useDraft()
  const submit = useSubmit()
  const formRef = useRef<HTMLFormElement>(null)
  const submitterRef = useRef<HTMLButtonElement | null>(null)
  const hydrated = useHydrated()
  const labelOf = useLabels(options.labels)
  const { typed, versions } = useBothVersions(answer?.values ?? draft?.values, options.shared)
  const serverErrors = useMemo(
    () => answer && atPresentNames(answer.errors, versions),
    [answer, versions],
  )
  // A new list only when something was sent or checked: then the summary takes the focus
  const [summary, setSummary] = useState(() => serverItems(serverErrors, labelOf))
  const { register, handleSubmit, setError, formState } = useForm({
    // not while leaving a field: its message would move the button away under the click
    mode: 'onSubmit',
    shouldFocusError: false,
    resolver: resolverFor(schema, formRef, submitterRef),
  })

  // Not `useForm({ errors })`: that is applied again on every render and blocks the next submit
  useEffect(() => {
    setSummary(serverItems(serverErrors, labelOf))
    for (const [name, error] of Object.entries(serverErrors ?? {})) setError(name, error)
  }, [serverErrors, setError, labelOf])

  const errorOf = (name: string): string | undefined =>
    messageOf(get(formState.errors, name)) ?? (hydrated ? undefined : serverErrors?.[name]?.message)
  const standing = typed ?? options.defaults ?? {}
  // A refusal hands the form back flat (`child.given`), a failed check as a tree
  const value = (name: string) => text(standing[name] ?? get(standing, name))

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    const { submitter } = event.nativeEvent as SubmitEvent
    if (isNothing(submitter)) return event.preventDefault()
    submitterRef.current = submitter instanceof HTMLButtonElement ? submitter : null
    if (submitterRef.current?.formNoValidate) return
    const target = submitterRef.current ?? event.currentTarget
    void handleSubmit(
      () => {
        setSummary([])
        submit(target)
      },
      (errors) => setSummary(flatten(errors, labelOf)),
    )(event)
  }

  return {
    formProps: { onSubmit, formRef },
    error: errorOf,
    value,
    summary,
    refusals: refusalsOf(answer),
    typed,
    versions,
    field: (name) => {
      const { ref, onChange, onBlur } = register(name)
      return {
        name,
        label: labelOf(name),
        defaultValue: value(name),
        error: errorOf(name),
        control: { ref, onChange, onBlur } as Control,
      }
    },
  }
}

/** The label of a field by its name, the same function on every render. */
function useLabels(labels: Options['labels']): LabelOf {
  const latest = useRef(labels)
  latest.current = labels
  return useCallback((name) => {
    const field = fieldOfChoice(name)
    return latest.current[field] ?? latest.current[pattern(field)] ?? ''
  }, [])
}

function useHydrated(): boolean {
  const [hydrated, setHydrated] = useState(false)
  useEffect(() => setHydrated(true), [])
  return hydrated
}

/** Reads the form as the server will read it, whatever react-hook-form remembers of its fields. */
function resolverFor(
  schema: z.ZodType,
  form: RefObject<HTMLFormElement>,
  submitter: RefObject<HTMLButtonElement | null>,
): Resolver {
  // made when something is checked, not with every rendering: a schema is work, and pages have many
  let resolve: Resolver | null = null
  return (values, context, options) => {
    resolve ??= zodResolver(withChoices(schema) as never) as unknown as Resolver
    const sent =
      form.current === null ? values : toTree(new FormData(form.current, submitter.current))
    return resolve(sent as FieldValues, context, options)
  }
}

type LabelOf = (name: string) => string

function serverItems(errors: Answer['errors'] | undefined, labelOf: LabelOf): SummaryItem[] {
  return Object.entries(errors ?? {}).map(([name, { message }]) => item(name, message, labelOf))
}

/** react-hook-form's tree of errors as a list, in the order of the schema. */
function flatten(errors: unknown, labelOf: LabelOf, path: readonly string[] = []): SummaryItem[] {
  if (typeof errors !== 'object' || errors === null) return []
  const message = messageOf(errors)
  if (message !== undefined) return [item(path.join('.') || 'root', message, labelOf)]
  return Object.entries(errors).flatMap(([name, below]) =>
    name === 'ref' ? [] : flatten(below, labelOf, name === '' ? path : [...path, name]),
  )
}

function item(name: string, message: string, labelOf: LabelOf): SummaryItem {
  const about = name.replace(/\.root$/, '')
  return about === 'root'
    ? { name: about, message, id: 'inhalt' }
    : { name: about, message, label: labelOf(about) }
}

function messageOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('message' in error && typeof error.message === 'string') return error.message
  return 'root' in error ? messageOf(error.root) : undefined
}

function pattern(name: string): string {
  return name.replaceAll(/\.\d+(?=\.|$)/g, '.*')
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
