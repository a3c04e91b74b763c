import { type Config, defaultLabels } from '../../../../../config/config.ts'
import { labelAccount } from '../../../../../gateway/shadow/shadow-pair.ts'
import { createShadowAccount } from '../../../../../jobs/shadow/shadow-account.ts'
import type { LabelActions } from '../../../../../server/admin/actions/label-actions.ts'
import type { ServedStore } from '../../served-store.ts'
import { createLabelActions } from './label-actions.ts'
import { createLabelPrograms } from './label-programs.ts'
import { createOtherAnswers } from './other-answers.ts'
import { createShownItems } from './shown-items.ts'

/** Labels by persons on the page of a server. @param config what is served now. */
export function createServedLabels(
  { store, reader, ledger }: Pick<ServedStore, 'store' | 'reader' | 'ledger'>,
  config: () => Config,
  isDrifting: () => boolean,
): LabelActions {
  const usdPerDay = () => (config().labels ?? defaultLabels).usdPerDay
  return createLabelActions({
    reader,
    changer: store,
    others: createOtherAnswers({
      account: () =>
        createShadowAccount(ledger, usdPerDay(), { id: labelAccount, label: 'answers to label' }),
      keeper: store,
      now: Date.now,
    }),
    shown: createShownItems(),
    programs: createLabelPrograms({ config, storeFolder: store.folder, reader, isDrifting }),
    settings: () => ({
      text: config().store?.text ?? 'none',
      perDay: config().labels?.perDay ?? null,
      usdPerDay: usdPerDay(),
    }),
    now: Date.now,
  })
}
