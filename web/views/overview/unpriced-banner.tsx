import type { Usage } from '../../../src/store/reader/answers.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount } from '../../ui/format.ts'

/** Models whose dollars are not known, so that sums leave them out. */
export function UnpricedBanner({ usage }: { usage: Usage }) {
  const models = usage.models.filter(({ name, unpriced }) => name !== '' && unpriced > 0)
  if (models.length === 0) return null
  const isWhole = models.every(({ unpriced, requests }) => unpriced === requests)
  return (
    <p class="banner" role="status">
      <span>
        {models.slice(0, 3).map(({ name }, index) => (
          <>
            {index > 0 && ', '}
            <ForeignText key={name} text={name} most={40} />
          </>
        ))}
        {models.length > 3 && ` and ${models.length - 3} more`}:{' '}
        {formatCount(models.reduce((sum, { unpriced }) => sum + unpriced, 0))} requests without a known cost,
        which no sum of dollars has.{' '}
        {isWhole ? (
          <>
            Set <code>inputUsdPerMillionTokens</code> and <code>outputUsdPerMillionTokens</code> of the model
            in routellm.yaml.
          </>
        ) : (
          'Their replies broke off, or reported no tokens, or the model has had no price.'
        )}
      </span>
    </p>
  )
}
