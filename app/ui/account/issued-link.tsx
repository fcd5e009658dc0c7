import type { Instant } from '#app/domain/time.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { Notice } from '../notice.tsx'

/** What came of asking for a one-time link; see `one-time-link.server.ts`. */
export type Issued = { readonly name: string; readonly email: string } & (
  | { readonly kind: 'fresh'; readonly link: string; readonly expiresAt: Instant }
  | { readonly kind: 'shown_before' }
  | { readonly kind: 'role_added' }
)

/** The link itself, shown this once, or why there is none. */
export function IssuedLink({ issued }: { readonly issued: Issued }) {
  const { name, email } = issued
  switch (issued.kind) {
    case 'fresh':
      return (
        <Notice kind="success" title={`Link für ${name}`} live="status">
          <div className="m-stack">
            <p>
              <code>{issued.link}</code>
            </p>
            <p>
              Bitte kopieren oder drucken Sie ihn jetzt und geben Sie ihn {name} ({email}). Er wird
              nur dieses eine Mal gezeigt, gilt bis {formatDateTime(issued.expiresAt)} und nur
              einmal.
            </p>
          </div>
        </Notice>
      )
    case 'shown_before':
      return (
        <Notice kind="info" title={`Der Link für ${name} wurde schon gezeigt.`} live="status">
          <p>Haben Sie ihn nicht mehr? Machen Sie unten einen neuen Link.</p>
        </Notice>
      )
    case 'role_added':
      return (
        <Notice kind="success" title={`${name} hat jetzt diese Aufgabe.`} live="status">
          <p>
            Zu {email} gab es schon ein Konto. Die Person meldet sich an wie bisher; einen Link
            braucht sie nicht.
          </p>
        </Notice>
      )
  }
}
