export function chromiumPath(): string | null
export function postgresBin(): string | null
export function stracePath(): string | null
