import { useState } from 'preact/hooks'
import { ElsewhereBanner, useChangedElsewhere } from '../../served/changed-elsewhere.tsx'
import { DrawnCurve, type OpenDialog } from './drawn-curve.tsx'
import { NoRequests } from './no-requests.tsx'

type PolicyCurveProps = Omit<Parameters<typeof DrawnCurve>[0], 'elsewhere' | 'dialog' | 'setDialog'>

/** The curve of a policy, or why there is none, and what somebody else has put in service meanwhile. */
export function PolicyCurve(props: PolicyCurveProps) {
  const { policy, requests } = props.answer
  const [dialog, setDialog] = useState<OpenDialog>(null)
  const elsewhere = useChangedElsewhere(policy, dialog !== null)
  return (
    <>
      <ElsewhereBanner why={elsewhere.why} policy={policy.name} />
      {requests === 0 ? (
        <NoRequests answer={props.answer} />
      ) : (
        <DrawnCurve {...props} elsewhere={elsewhere} dialog={dialog} setDialog={setDialog} />
      )}
    </>
  )
}
