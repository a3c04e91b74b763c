/**
 * The contract suites: rules for every router, policy, verifier, embedder, provider, protocol and artifact, for any test runner.
 */
export type { ContractCase } from './contract-case.ts'
export { type EmbedderContractOptions, embedderContract } from './embedder-contract.ts'
export { type JobUnderTest, jobContract } from './job-contract.ts'
export { type CreateLedger, ledgerContract } from './ledger-contract.ts'
export { type PolicyContractOptions, policyContract } from './policy-contract.ts'
export {
  type ProtocolReply,
  type ProtocolUnderTest,
  protocolContract,
} from './protocol-contract.ts'
export { type ProviderUnderTest, providerContract } from './provider-contract.ts'
export { contractJobs, queueContract } from './queue-contract.ts'
export { routerArtifactContract } from './router/router-artifact-contract.ts'
export { type RouterContractOptions, routerContract } from './router/router-contract.ts'
export { verifierContract } from './verifier-contract.ts'
