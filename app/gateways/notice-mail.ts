/** A mail to a member of staff: that something waits, and where. No name, no school, no number. */
export function noticeMail(links: readonly string[]): {
  readonly subject: string
  readonly text: string
} {
  return {
    subject: 'In Einstieg wartet etwas auf Sie',
    text: [
      ...links.map((link) => `In Einstieg wartet etwas auf Sie: ${link}`),
      '',
      'Worum es geht, sehen Sie nach der Anmeldung. In dieser Nachricht steht es nicht, weil E-Mails mitgelesen werden können.',
      'Sie möchten keine E-Mails von Einstieg? Unter „Ihr Konto“ können Sie sie abbestellen.',
      '',
    ].join('\n'),
  }
}
