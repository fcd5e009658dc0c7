/** "2026/27". */
export function schoolYearText(year: number): string {
  return `${year}/${String(year + 1).slice(2)}`
}
