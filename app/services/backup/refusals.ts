/** Why a backup was not made, or not put back. */
export type BackupRefusal =
  | { readonly code: 'backup_recipient_missing' }
  | { readonly code: 'backup_recipient_invalid'; readonly position: number }
  | { readonly code: 'backup_folder_unusable'; readonly folder: string }
  | { readonly code: 'backup_no_space'; readonly folder: string }
  | { readonly code: 'backup_tool_failed'; readonly tool: string; readonly said: string }
  | { readonly code: 'backup_unsound'; readonly what: string }
  | { readonly code: 'backup_failed'; readonly cause: string }
  | BackupFileRefusal
  | RestoreRefusal

/** What is wrong with a file of a backup, or with the identity that should open it. */
export type BackupFileRefusal =
  | { readonly code: 'backup_file_missing'; readonly file: string }
  | { readonly code: 'backup_file_damaged'; readonly file: string }
  | { readonly code: 'backup_identity_exists'; readonly file: string }
  | { readonly code: 'backup_identity_invalid'; readonly file: string }
  | { readonly code: 'backup_identity_wrong'; readonly file: string }

type RestoreRefusal =
  | { readonly code: 'backup_not_a_pair' }
  | { readonly code: 'backup_other_engine'; readonly engine: string }
  | { readonly code: 'backup_newer_program'; readonly program: string }
  | { readonly code: 'backup_target_in_use'; readonly found: string }
  | { readonly code: 'backup_key_file_wrong'; readonly kekId: string }
