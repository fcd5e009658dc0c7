export function chromiumPath(): string | null
export function postgresBin(): string | null
export function stracePath(): string | null
export function nginxPath(): string | null
export function systemdAnalyzePath(): string | null
export function faketimePath(): string | null
export function mkfsPath(): string | null
