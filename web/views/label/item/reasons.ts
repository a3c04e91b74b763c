import type { LabelItemAnswer } from '../../../../src/server/admin/api/label/routes.ts'

/** Why a request was put up. */
export const reasons: Readonly<Record<LabelItemAnswer['reason'], string>> = {
  uncertain: 'the router was nearly undecided here',
  drifting: 'it is unlike what was labelled before',
  dear: 'its models differ much in price',
  base: 'it was drawn by chance',
}
