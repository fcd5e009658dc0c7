import { Link, useActionData, useFetcher } from '@remix-run/react'
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { useContext, useEffect, useRef, useState } from 'react'
import type { Refusal } from '#app/services/refusals.ts'
import { Form } from '../form/form.tsx'
import { FormGuardContext } from '../form/guard.ts'
import { TextField } from '../form/text-field.tsx'
import { PageTitle, Section } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'

type Asked = { readonly refusal: Refusal | null; readonly options?: unknown }

const NOT_DONE =
  'Der Browser hat keinen Passkey geliefert. Bitte versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.'

/**
 * Asks the server for a question, the browser for the passkey's answer, and puts that into the
 * form's hidden field before it is sent like any other form.
 */
function usePasskey<Options>(answer: (options: Options) => Promise<unknown>) {
  const guard = useContext(FormGuardContext)
  const fetcher = useFetcher<Asked>()
  const form = useRef<HTMLFormElement>(null)
  const latest = useRef(answer)
  latest.current = answer
  const [hasFailed, setFailed] = useState(false)
  const options = fetcher.data?.options

  useEffect(() => {
    if (options === undefined) return
    const send = (response: unknown) => {
      const field = form.current?.elements.namedItem('proof')
      if (!(field instanceof HTMLInputElement)) return
      field.value = JSON.stringify(response)
      form.current?.requestSubmit()
    }
    latest.current(options as Options).then(send, () => setFailed(true))
  }, [options])

  const ask = () => {
    setFailed(false)
    const asked = new FormData()
    asked.set('_csrf', guard?.csrf ?? '')
    asked.set('intent', 'ask')
    fetcher.submit(asked, { method: 'post' })
  }
  return { ask, form, hasFailed, refusal: fetcher.data?.refusal ?? null }
}

/** Proves with a passkey who one is; needs a script, as every passkey does. */
export function PasskeyProof({ back }: { readonly back: string }) {
  const passkey = usePasskey((optionsJSON: PublicKeyCredentialRequestOptionsJSON) =>
    startAuthentication({ optionsJSON }),
  )
  return (
    <Section title="Passkey">
      <RefusalNotice refusal={passkey.refusal} />
      {passkey.hasFailed ? <Notice kind="danger" title={NOT_DONE} live="alert" /> : null}
      <Form formRef={passkey.form} label="Passkey">
        <input type="hidden" name="way" value="passkey" />
        <input type="hidden" name="back" value={back} />
        <input type="hidden" name="proof" />
      </Form>
      <AskButton ask={passkey.ask}>Mit Passkey bestätigen</AskButton>
    </Section>
  )
}

/** Makes a new passkey for the own account. `site`: the only address under which it can be used. */
export function NewPasskeyPage({ site }: { readonly site: string }) {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  const passkey = usePasskey((optionsJSON: PublicKeyCredentialCreationOptionsJSON) =>
    startRegistration({ optionsJSON }),
  )
  return (
    <div className="m-prose">
      <PageTitle title="Passkey einrichten" sub={`Er gilt nur unter ${site}.`} />
      <div className="m-stack">
        <RefusalNotice refusal={passkey.refusal ?? answer?.refusal} />
        {passkey.hasFailed ? <Notice kind="danger" title={NOT_DONE} live="alert" /> : null}
        <Form formRef={passkey.form} className="m-stack" label="Passkey einrichten">
          <input type="hidden" name="proof" />
          <TextField
            name="label"
            label="Name des Passkeys"
            defaultValue="Mein Gerät"
            hint="Damit Sie ihn wiedererkennen, zum Beispiel „Laptop im Büro“."
            maxLength={60}
          />
        </Form>
        <AskButton ask={passkey.ask}>Passkey anlegen</AskButton>
        <p>
          <Link to="/konto/zwei-schritte">Zurück zur Anmeldung in zwei Schritten</Link>
        </p>
      </div>
    </div>
  )
}

type AskProps = { readonly ask: () => void; readonly children: string }

function AskButton({ ask, children }: AskProps) {
  const [canAsk, setCanAsk] = useState(false)
  useEffect(() => setCanAsk(true), [])
  // without a script there is no passkey: no button that does nothing
  if (!canAsk) return <p>Dafür muss JavaScript eingeschaltet sein.</p>
  return (
    <button type="button" className="kern-btn kern-btn--secondary" onClick={ask}>
      <span className="kern-label">{children}</span>
    </button>
  )
}
