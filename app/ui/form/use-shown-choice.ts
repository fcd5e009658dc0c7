import { type RefObject, useEffect, useRef, useState } from 'react'
import { chooseName, type FieldAnswer, mineText, nameIn } from '#app/forms/both-versions.ts'
import type { Conflict } from './shared-record.ts'

type ShownChoice = {
  /** What was typed, while the stored value stands in the field; empty: it stands there itself. */
  readonly mine: string
  /** For the hidden field that carries it. */
  readonly ref: RefObject<HTMLInputElement>
}

/**
 * The field shows what was chosen: the stored value, or what was typed, as often as somebody changes
 * their mind. Who types over the stored value has chosen the own entry. Fields of several rows or boxes
 * go on showing what was typed.
 */
export function useShownChoice(prefix: string, conflict: Conflict): ShownChoice {
  const { isKept, answers } = conflict
  const ref = useRef<HTMLInputElement>(null)
  const [mine, setMine] = useState(isKept ? mineText(answers.typed) : '')

  useEffect(() => {
    const form = ref.current?.form ?? null
    if (form === null) return
    const names = Object.keys(answers.stored)
    const choosing = chooseName(prefix, conflict.name)
    const listen = ({ target }: Event) => {
      const name = target instanceof Element ? target.getAttribute('name') : null
      if (name === choosing) {
        const chosen = (target as HTMLInputElement).value
        setMine(show(chosen, fieldsIn(form, prefix, names), { mine, stored: answers.stored }))
      } else if (mine !== '' && names.some((one) => nameIn(prefix, one) === name)) {
        checked(namedIn(form, choosing).filter(isRadio), 'typed')
        setMine('')
      }
    }
    form.addEventListener('input', listen)
    return () => form.removeEventListener('input', listen)
  }, [prefix, conflict.name, answers, mine])

  return { mine, ref }
}

type Both = { readonly mine: string; readonly stored: FieldAnswer }

/** Puts what was chosen into the field; tells what is to be carried of what was typed from then on. */
function show(chosen: string, fields: Fields | null, { mine, stored }: Both): string {
  if (fields === null) return mine
  if (chosen === 'stored' && mine === '') {
    const typed = mineText(read(fields))
    write(fields, stored)
    return typed
  }
  if (chosen !== 'typed' || mine === '') return mine
  write(fields, JSON.parse(mine))
  return ''
}

/** One value of an answer, where it stands in the form. */
type Place = { readonly read: () => string; readonly write: (value: string) => void }

/** The values of an answer by their names. */
type Fields = ReadonlyMap<string, Place>

/** Null: not each of them is one field, or one choice of a few. */
function fieldsIn(form: HTMLFormElement, prefix: string, names: readonly string[]): Fields | null {
  const places = new Map<string, Place>()
  for (const name of names) {
    const place = placeOf(namedIn(form, nameIn(prefix, name)))
    if (place === null) return null
    places.set(name, place)
  }
  return places
}

function namedIn(form: HTMLFormElement, name: string): readonly Element[] {
  return [...form.elements].filter((one) => one.getAttribute('name') === name)
}

function placeOf(controls: readonly Element[]): Place | null {
  const [only, ...more] = controls
  const radios = controls.filter(isRadio)
  if (radios.length > 0 && radios.length === controls.length) {
    return {
      read: () => radios.find((radio) => radio.checked)?.value ?? '',
      write: (value) => checked(radios, value),
    }
  }
  if (more.length > 0 || !isLine(only)) return null
  return {
    read: () => only.value,
    write: (value) => {
      only.value = value
    },
  }
}

function checked(radios: readonly HTMLInputElement[], value: string): void {
  for (const radio of radios) radio.checked = radio.value === value
}

function isRadio(control: Element): control is HTMLInputElement {
  return control instanceof HTMLInputElement && control.type === 'radio'
}

type Line = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function isLine(control: Element | undefined): control is Line {
  if (control instanceof HTMLInputElement) return control.type !== 'checkbox'
  return control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement
}

function read(fields: Fields): FieldAnswer {
  return Object.fromEntries([...fields].map(([name, place]) => [name, place.read()]))
}

function write(fields: Fields, answer: FieldAnswer): void {
  for (const [name, place] of fields) place.write(String(answer[name] ?? ''))
}
