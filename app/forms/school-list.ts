import * as z from 'zod'

const Upload = z.object({
  intent: z.literal('upload'),
  // a file field that was left empty is sent as a file without a byte
  file: z.custom<Blob>((file) => file instanceof Blob && file.size > 0, 'field.file_required'),
})

const Import = z
  .object({
    intent: z.literal('import'),
    token: z.string('field.required').min(1, 'field.required'),
    accept: z.literal('ja').optional(),
  })
  .transform(({ accept, ...command }) => ({ ...command, acceptClosures: accept === 'ja' }))

/** The two steps of taking over a school list, told apart by `intent`: look first, then take over. */
export const SchoolListForm = z.discriminatedUnion('intent', [Upload, Import], 'field.unknown')
