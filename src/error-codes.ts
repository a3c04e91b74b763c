/**
 * Every error code of this package, with its meaning. docs/errors.md is generated from this table, and the type of
 * `RouteLLMError.code` is made of it: to add a code, add its line here and run `node scripts/generate-docs.mjs`.
 *
 * A code keeps its meaning for ever. In the JSON of the gateway `-` is written as `_`: `model-not-found` is
 * `model_not_found` there.
 */

type StatusAndMeaning = readonly [status: number, meaning: string]

/** Errors that a client of the server can receive, with their HTTP status. */
export const gatewayCodes = {
  'admin-token-required': [401, 'The administration API needs a token or the cookie of a one-time code.'],
  aborted: [502, 'The upstream call was cancelled because the client left.'],
  'ambiguous-prompt': [400, 'The body has both `messages` and `prompt`.'],
  'bad-encoding': [400, 'The compressed body is damaged or ends early.'],
  'bad-feedback': [400, 'The feedback has a field that is wrong, or says nothing.'],
  'bad-form': [400, 'The multipart body has no boundary, or its parts cannot be read.'],
  'bad-frame': [
    400,
    'A WebSocket frame is not a `response.create`, or comes while a response is on its way.',
  ],
  'bad-header': [400, 'The header `x-routellm-translation` has another value than `strict`.'],
  'bad-http': [400, 'The bytes received are not valid HTTP.'],
  'bad-input': [400, '`input` is neither text nor an array of objects.'],
  'bad-json': [400, 'The body is not JSON.'],
  'bad-message': [400, 'A message is not an object, or has no role.'],
  'bad-messages': [400, '`messages` is not an array.'],
  'bad-model': [400, '`model` is not a non-empty string.'],
  'bad-model-name': [
    400,
    "The model name begins like a router's or a policy's name, but cannot be read as one.",
  ],
  'bad-prompt': [400, '`prompt` is not a string.'],
  'bad-request': [400, 'The HTTP request cannot be processed; the status says why.'],
  'bad-threshold': [400, 'The threshold or percentage in the model name is out of range.'],
  'body-not-object': [400, 'The body is JSON, but not an object.'],
  'body-too-large': [413, 'The body is larger than the limit.'],
  'budget-exceeded': [429, 'The request would exceed a dollar budget of the key or of the gateway.'],
  'client-left': [499, 'The client closed the connection before the decision; nobody receives this error.'],
  'empty-body': [400, 'The request has no body.'],
  'empty-messages': [400, '`messages` is empty.'],
  'foreign-host': [403, 'The `Host` header is not a name of this gateway.'],
  'foreign-origin': [403, 'The `Origin` header is not in the list of allowed origins.'],
  'internal-error': [500, 'The gateway failed for a reason that is only in its log.'],
  'invalid-api-key': [401, "The key is missing, or is not one of this gateway's keys."],
  'label-changed': [409, 'Somebody else has answered the request since it was opened for a label.'],
  'label-shown-alone': [
    409,
    'The one answer of the request was shown alone, so a second one would not be compared blind.',
  ],
  'label-not-shown': [409, 'The answers that a label is about were not shown by this server.'],
  'key-exists': [409, 'There is a key of this name already.'],
  'keys-changed': [409, 'The keys of clients are others than those that the change was decided by.'],
  'keys-fixed': [
    409,
    'The key is written in the configuration, or needed by it, and can only be changed there.',
  ],
  'method-not-allowed': [405, 'The path exists, but not with this method.'],
  'missing-messages': [400, 'The body has no `messages`.'],
  'missing-model': [400, 'The body names no model.'],
  'missing-prompt': [400, 'The body has neither `messages` nor `prompt`.'],
  'model-not-found': [404, 'No model of this name is configured.'],
  'no-answer-to-compare': [502, 'The other model gave no answer that a person could compare.'],
  'no-candidate': [
    400,
    'No model of the policy can answer this request; the message gives the reason for each.',
  ],
  'no-calibration': [400, 'The router has no calibration, so a share of strong calls gives no threshold.'],
  'not-changeable': [409, 'What is served cannot be changed here; the message says why.'],
  'not-evaluated': [
    409,
    'The sessions of experiments and canaries could not be compared; the message says why.',
  ],
  'unknown-version': [404, 'The store has no such version of the policy.'],
  'not-reloaded': [409, 'The configuration has problems; the one before is still served.'],
  'not-translatable': [400, "The request cannot be translated to the protocol of the model's provider."],
  'not-allowed': [403, 'The key may not use this model, policy or region.'],
  overloaded: [
    429,
    'The gateway already answers as many requests as `limits.maxInFlight` allows, and the queue of `limits.queue`, if there is one, is full, or the request has waited in it as long as it may.',
  ],
  'provider-closed': [502, 'The provider was closed with the gateway.'],
  'rate-limit-exceeded': [429, 'The key has used up its requests or tokens of this minute.'],
  'router-not-supported': [400, "This path takes a model's own name only, not a router or a policy."],
  'routing-loop': [508, 'The request came back to a gateway that it has passed, or has passed too many.'],
  'shutting-down': [503, 'The gateway is shutting down.'],
  'text-not-kept': [409, 'The text of a kept request is needed, and was not kept.'],
  'unknown-policy': [400, 'No policy of this name is configured.'],
  'page-not-built': [404, 'The files of the page are missing; `npm run build` makes them.'],
  'read-too-long': [504, 'The store did not answer a question of the administration API in time.'],
  'store-off': [404, 'The gateway, or the configuration, keeps no store.'],
  'store-unavailable': [503, 'The store cannot be opened, or cannot be written now.'],
  'unknown-session': [404, 'The store has no session of this id.'],
  'unknown-request': [404, 'This gateway knows no request or response of this id.'],
  'unknown-key': [404, 'No key of this name is configured.'],
  'unknown-router': [400, 'No router of this name is loaded.'],
  'unknown-url': [404, 'The gateway does not serve this path.'],
  'unsupported-encoding': [415, 'The body has a content encoding that the gateway cannot read.'],
  'upstream-bad-encoding': [502, "The upstream's reply cannot be decompressed."],
  'upstream-broke-off': [502, 'The upstream closed the connection within its reply.'],
  'upstream-unexpected-reply': [
    502,
    'The upstream, or something before it, answered with success but without a reply: an HTML page, another text, or nothing.',
  ],
  'upstream-refused': [502, 'The upstream answered with an error, and no other model could answer.'],
  'upstream-reply-too-large': [502, "The upstream's reply is larger than the limit of the call."],
  'upstream-timeout': [504, 'The upstream did not reply within the time limit.'],
  'upstream-rate-limited': [
    429,
    'The upstream has answered 429 for the model and asked for a pause, which is not over: it gets no request of the model, and `retry-after` says until when.',
  ],
  'upstream-unavailable': [
    503,
    'The upstream has failed several times in a row, and gets no request for some seconds; `retry-after` says how many.',
  ],
  'upstream-unreachable': [
    502,
    'The upstream cannot be reached, or closed the connection before it replied.',
  ],
} as const satisfies Readonly<Record<string, StatusAndMeaning>>

/** Codes that the gateway will use, with their HTTP status. Nothing throws them yet. */
export const reservedCodes = {} as const satisfies Readonly<Record<string, StatusAndMeaning>>

/** A router or an embedder that cannot score a prompt. The gateway then calls the strong model. */
export const routerCodes = {
  'bad-win-rate': 'The router returned something other than a number from 0 to 1.',
  'causal-llm-refused': "The language model's endpoint answered with an error status.",
  'causal-llm-reply-invalid': "The language model's reply is not a completion.",
  'causal-llm-thinks': 'The language model spends its tokens on thinking and gives no label.',
  'causal-llm-timeout': 'The language model did not reply within the time limit.',
  'causal-llm-unreachable': "The language model's endpoint cannot be reached.",
  'embedding-count': 'The embedder did not return one vector for each text.',
  'embedding-dimensions': 'A vector does not have the length that the router needs.',
  'embedding-failed': 'The embeddings endpoint answered with an error status.',
  'embedding-not-finite': 'A vector holds a number that is not finite.',
  'embedding-reply-invalid': "The embeddings endpoint's reply is not a list of vectors.",
  'embedding-unreachable': 'The embeddings endpoint cannot be reached.',
  'inference-failed': 'The transformer cannot score this text.',
  'inference-queue-full': 'Too many texts wait for the transformer.',
  'inference-thread-died': 'The thread of the transformer ended unexpectedly.',
  'inference-too-long': 'The transformer exceeded its time limit, and its thread was ended.',
  'router-closed': 'The router was closed; load it again.',
  'router-not-finite': 'The router computed a value that is not a finite number.',
  'router-overloaded': "Too many prompts wait for the router's similarity search.",
  'router-timeout': 'The router did not score the prompt within its time limit.',
  'similarity-index-too-large': 'The training rows of the router do not fit into the similarity search.',
  'similarity-thread-died': 'The thread of the similarity search ended unexpectedly.',
} as const satisfies Readonly<Record<string, string>>

/** `routellm.yaml`, and options of the library, that are wrong or do not fit together. */
export const configurationCodes = {
  'artifact-and-checkpoint': 'A checkpoint is given for a router that is an artifact.',
  'bad-api-key': 'A key has a line break, white space or another character that a header cannot carry.',
  'bad-auto': 'The setting `auto` names a policy, router or threshold that cannot be served.',
  'bad-metrics-module': 'The module of `metrics.module` cannot be loaded, or exports no metrics.',
  'bad-timeout': 'A time limit is negative, or longer than a timer can be: 2,147,483,647 ms.',
  'bandit-router': 'The router of a bandit does not score vectors of the built-in embedder.',
  'bandit-unpriced': 'A candidate of a bandit with a ceiling in dollars has no price.',
  'bandit-vectors': 'The built-in embedder that a bandit needs is not there.',
  'bad-base-url': "A provider's base URL is not an HTTP URL.",
  'bad-cache-size': 'The size of the embedding cache is not a whole number from 1.',
  'bad-embedding-url': 'The base URL of the embeddings endpoint is not an HTTP URL.',
  'bad-origin': 'An allowed origin is not a scheme, a host and a port, or is `*` without client keys.',
  'bad-experiment': 'An experiment names a policy that is not configured.',
  'bad-policy': 'A policy of the configuration cannot be created; the message says why.',
  'bad-request-log': 'The request log cannot be opened for appending.',
  'bad-router-name': "A router's name has characters other than a-z, 0-9, `_` and `-`.",
  'bad-sessions': "The client's option `sessions` has a wrong value.",
  'bad-token-window': 'An encoder cannot read so many tokens of a text, or so few.',
  'bad-template': 'The prompt template has no place for the question.',
  'cannot-listen': 'The gateway cannot listen on this address.',
  'causal-llm-without-model': 'The router asks a language model, and no model is given.',
  'client-keys-required': 'The address can be reached by others, and no keys are configured.',
  'config-unreadable': 'The configuration file does not exist or cannot be read.',
  'duplicate-name': 'Two models, providers or routers have the same name.',
  'embedding-dimensions-unknown': "The length of the model's vectors is not known.",
  'host-not-named':
    "The router's folder names an embedder that asks a host which no setting of the user names.",
  'invalid-beta': "The exponent of the neighbours' weights is out of range.",
  'invalid-client-key': 'A key of the gateway is not an HMAC.',
  'invalid-config': 'The configuration has one or more wrong values; the message lists all of them.',
  'invalid-keys':
    'The key file has wrong values, or names models or policies that do not exist; the message lists all of them.',
  'invalid-gamma': 'The sharpness of the similarity weights is out of range.',
  'invalid-lock':
    'The lock file has wrong values, or names an artifact that is missing or has changed; the message lists all of them.',
  'invalid-neighbours': 'The number of neighbours is out of range.',
  'invalid-pattern': 'A pattern is not a regular expression.',
  'invalid-rule': 'A rule of the rules router cannot be read.',
  'invalid-yaml': 'The configuration is not valid YAML.',
  'keys-unreadable': 'The key file cannot be read.',
  'lock-unreadable': 'The lock file cannot be read.',
  'missing-api-key': 'The environment variable of an API key is not set, or no key is given.',
  'missing-package': 'An optional package is needed and not installed.',
  'model-without-tools': 'Tools are bound to a pair of chat models, and one of them takes none.',
  'model-versions-differ':
    "The two models implement different versions of the AI SDK's interface of language models.",
  'not-a-model': 'What is given as the strong or the weak model is no model of the framework.',
  'no-embedder': 'The router needs an embedder that cannot be chosen automatically.',
  'no-embedding-url': 'The base URL of the embeddings endpoint is not known.',
  'no-router': 'The list of routers is empty.',
  'no-scoring-models': 'The router was trained for one pair and cannot score for another.',
  'pair-differs':
    'A router or verifier compares another pair of models than the policy, or the pair the other way round.',
  'pattern-not-regular': 'A pattern needs a feature that cannot be matched in bounded time.',
  'pattern-too-large': 'A pattern has too many characters or states.',
  'port-in-use': 'The port is taken by another program.',
  'provider-unsupported': 'The client has an option that cannot be combined with routing.',
  'reserved-model-name': 'A model has a name that is reserved for routers.',
  'router-without-artifact': 'The router needs an artifact, and none is given.',
  'routers-unloadable':
    'Several routers of the configuration cannot be loaded; the message has the reason of each.',
  'routes-to-itself': "A provider's base URL is the gateway's own address.",
  'same-tier-pair': 'The two models have the same tier, so each prompt has the win rate 0.5.',
  'too-many-layers': 'An encoder has fewer layers than are asked for.',
  'two-sources': 'A router names both an artifact and a checkpoint.',
  'unknown-embedder': "The embedder's name cannot be read.",
  'unknown-model': 'A model of the pair is not configured, or does not occur in the data.',
  'unknown-prompt': 'The embedder has no prompt of this name.',
  'provider-speaks-no-chat':
    'Labels and answers are asked for in chat completions, which the provider does not speak.',
  'unknown-provider': 'A model or option names a provider that is not configured.',
  'unknown-policy-kind': 'No kind of policy has this name.',
  'unknown-provider-kind': 'No kind of provider has this name.',
  'unknown-router-kind': 'A router has a kind that this release does not know.',
  'unknown-scoring-model': 'The router does not know the model that it should score for.',
  'unsupported-runtime':
    'The program runs under another runtime than Node.js, in which it cannot call models.',
  'unsuitable-embedder': 'The router reads prompts with the built-in embedder only.',
  'verifier-not-router':
    "The artifact is a cascade's verifier, which reads an answer, and a router for prompts is needed.",
  'weak-client-key': 'A key for clients is too short, or a header cannot carry it.',
} as const satisfies Readonly<Record<string, string>>

/** Trained routers and checkpoints on disk that are missing, broken or of another version. */
export const artifactCodes = {
  'artifact-file-missing': 'The folder lacks a file of an artifact.',
  'artifact-not-a-folder': 'The path of the artifact is a file.',
  'artifact-not-found': 'There is no folder at the path of the artifact.',
  'artifact-too-new': 'The artifact was written by a later release.',
  'artifact-unreadable': 'A file of the artifact cannot be read.',
  'artifact-wrong-kind': 'The artifact holds a router of another kind.',
  'bad-prompt-file': "The checkpoint's prompt files are incomplete or cannot be used.",
  'checkpoint-file-missing': 'The folder lacks a file of an upstream checkpoint.',
  'checkpoint-invalid': 'A file of the checkpoint has a wrong content, size or place.',
  'checkpoint-not-found': 'There is no checkpoint at the path.',
  'checkpoint-unfit': "The checkpoint's model cannot be loaded or run.",
  'embedder-broken': "The built-in embedder's file is damaged.",
  'embedder-features': 'The built-in embedder was trained on other features than this release computes.',
  'embedder-file-missing': "The built-in embedder's file is missing.",
  'embedder-version': 'The built-in embedder has another format version.',
  'follow-ups-file-missing': 'The file of weights that recognise follow-ups is missing.',
  'follow-ups-file-unusable': 'The weights that recognise follow-ups are damaged, or for other vectors.',
  'manifest-invalid': '`router.json` is not a valid manifest.',
  'not-a-bert-router': 'The checkpoint has no classifier with three labels.',
  'not-an-artifact': 'The output folder holds something other than an artifact and is not replaced.',
  'precision-not-stored': "The artifact's vectors are stored with a lower precision than asked for.",
  'safetensors-invalid': 'A safetensors file is damaged.',
  'tasks-file-missing': 'The file of weights that read the kind of work is missing.',
  'tasks-file-unusable': 'The weights that read the kind of work are damaged, or for other vectors.',
  'tensor-invalid': 'A tensor has a reserved name, or bytes that do not match its shape.',
  'tokenizer-invalid': "The checkpoint's tokenizer cannot be used.",
  'unsupported-model': 'The model has a structure that this release does not run.',
  'weights-invalid': 'A tensor holds a value out of its range.',
  'weights-missing': 'The weights lack a tensor that this kind of router needs.',
  'weights-not-finite': 'A tensor holds a number that is not finite.',
  'weights-shape': 'A tensor has another shape or type than this kind of router needs.',
} as const satisfies Readonly<Record<string, string>>

/** Downloads from a hub or of published files. */
export const hubCodes = {
  'bad-hub-endpoint': 'The address of the hub is not a URL.',
  'bad-hub-file': 'The name does not name a file on the hub.',
  'bad-revision': 'The revision is not the name of a branch, tag or commit.',
  'download-failed': 'The file could not be downloaded after several tries.',
  'download-hash': 'The downloaded file has another hash than the published one.',
  'download-refused': 'The server answered the download with an error status.',
  'hub-cache-unwritable': 'The cache folder cannot be written.',
  'hub-failed': 'The hub answered with an error status.',
  'hub-file-missing': 'The repository has no such file.',
  'hub-not-found': 'The hub has no such repository or revision.',
  'hub-offline': 'Offline mode is on, and the repository is not in the cache.',
  'hub-reply-invalid': 'The hub gave a file name that no hub gives.',
  'hub-unauthorised': 'The hub refuses access to the repository.',
  'hub-unreachable': 'The hub cannot be reached.',
  'two-revisions': 'The id and the option name different revisions.',
} as const satisfies Readonly<Record<string, string>>

/** Data files and their rows. */
export const dataCodes = {
  'bad-share': 'The share of synthetic rows is out of range.',
  'broken-gzip': 'The gzip file is damaged.',
  'broken-parquet': 'The Parquet file is damaged.',
  'broken-zip': 'The ZIP archive is damaged.',
  'broken-zstd': 'The Zstandard file is damaged.',
  'compression-bomb': 'The file unpacks to far more bytes than a data file does.',
  'contamination-option': 'An option of the decontamination has a wrong value.',
  'bad-columns': 'The option `--columns` cannot be read: a column is not written as NAME=PATH.',
  'no-such-columns': 'No row has a value in a column that `--columns` names.',
  'conversion-option': 'An option of the conversion has a wrong value.',
  'csv-columns': 'The CSV header has a duplicate name or a zero byte.',
  'csv-empty': 'The CSV file is empty.',
  'csv-field-count': 'A CSV record has another number of fields than the header.',
  'csv-record-too-long': 'A CSV record is longer than the limit.',
  'csv-text-after-quote': 'A CSV field has text after its closing quote.',
  'csv-unclosed-quote': 'A quoted CSV field is never closed.',
  'data-file-unreadable': 'The file does not exist or cannot be read.',
  'duplicate-id': 'Two rows have the same id and different contents.',
  'helm-run': 'A file of a HELM run has scores without their prompts.',
  'invalid-json-array': 'The file is neither JSON Lines nor one array of rows.',
  'invalid-json-line': 'A line is not JSON.',
  'invalid-row': 'A row lacks a field or has a wrong value.',
  'invalid-rows': 'Some rows of the file cannot be read.',
  'invalid-utf16': 'The file is not valid UTF-16.',
  'invalid-utf8': 'The file is not valid UTF-8.',
  'labels-pair': 'The file does not say which two models to compare.',
  'line-too-long': 'A line or item is longer than the limit.',
  'mixed-embeddings': 'Some rows have embeddings and others do not, or they differ in length.',
  'no-kinds': 'No kind of variation is chosen.',
  'no-labels': 'The file has no label.',
  'no-prompts': 'The file has no prompt.',
  'no-rows': 'The file has no row.',
  'no-test-prompts': 'There are no test prompts to compare with.',
  'not-data': 'The file is of a kind that holds no rows that are read, such as a workbook.',
  'parquet-in-gzip': 'The file is Parquet inside another compression or an archive.',
  'parquet-too-large': 'A part of the Parquet file is larger than the limit.',
  'parquet-unsupported': 'The Parquet file uses encryption, or an encoding that is not supported.',
  'split-parts': 'The parts of the split cannot be read.',
  'unknown-variation': 'There is no variation of this name.',
  'zip-unsupported': 'The ZIP archive is encrypted or uses an unusual compression.',
} as const satisfies Readonly<Record<string, string>>

/** Labelling answers: checkers and judges. */
export const labelCodes = {
  'bad-judge-prompt': "The judge's prompt lacks a placeholder or cannot be read.",
  'bad-max-cost': 'The cost cap is not a number of dollars from 0.',
  'bad-samples': 'The number of samples is not a whole number from 1.',
  'cache-unreadable': 'The cache of replies cannot be opened.',
  'cache-unwritable': 'The cache of replies cannot be written.',
  'cost-cap-reached': 'The cost cap was reached before all rows were done.',
  'invalid-reference': 'The reference answer cannot be used by the checker.',
  'judge-failed':
    'The endpoint of a judge, or of another model that is asked, answered with an error status.',
  'judge-unreachable': 'The endpoint of a judge, or of another model that is asked, cannot be reached.',
  'missing-reference': 'A row has no reference answer to check against.',
  'not-a-reply-cache': 'The file is not a cache of replies.',
  'nothing-answered': 'No prompt was answered.',
  'nothing-labelled': 'No row was labelled.',
  'reserved-field': 'The request sets a field that the command sets itself.',
  'unbounded-judge': 'The request does not limit the tokens, so no cost cap can be kept.',
  'unpriced-judge': 'The model has no price, so no cost cap can be kept.',
} as const satisfies Readonly<Record<string, string>>

/** Jobs and their queue. */
export const jobCodes = {
  'invalid-job-payload': 'The payload of a job does not have the fields that the job needs.',
  'job-cancelled': 'The job was cancelled.',
  'queue-closed': 'The queue of jobs is closed and takes no more.',
  'unknown-job': 'There is no job of this name.',
  'unknown-job-id': 'The queue knows no job with this id.',
} as const satisfies Readonly<Record<string, string>>

/** Training and fine-tuning. */
export const trainingCodes = {
  'bad-state-file': 'The state file of a submission is not one that this command wrote.',
  'broken-embedder': 'The embedder does not return vectors of its own length.',
  'embedder-mismatch': 'The embedder is not the one that the router was trained with.',
  'embedder-needed': 'The rows have no embeddings, and no embedder is given.',
  'few-label-fit-failed': 'The labelled prompts cannot be fitted because their features are not finite.',
  'fine-tuning-cancelled': 'The fine-tuning job was cancelled.',
  'fine-tuning-failed': 'The fine-tuning job failed.',
  'fine-tuning-refused': 'The fine-tuning service refused the request.',
  'fine-tuning-unreachable': 'The fine-tuning service cannot be reached, or its answer is not understood.',
  'incomplete-pair': 'Only one of the two models is given.',
  'invalid-training-option': 'A training option has a wrong value.',
  'join-wrong-kind': 'Models can join a router of the kind `cluster` only.',
  'labels-all-alike': 'All labels say the same, so there is nothing to learn.',
  'no-answers': "No labelled row has the weak model's answer, which a verifier reads.",
  'no-comparisons': 'The files have no comparison of the pair.',
  'one-label': 'All fine-tuning examples have the same label.',
  'other-submission': 'The state file belongs to a submission with other settings.',
  'pair-needed': 'The data names several models, and the pair is not given.',
  'repeated-model': 'A model is named twice.',
  'same-model': 'The strong and the weak model are the same.',
  'too-few-examples': 'There are fewer examples than fine-tuning services take.',
  'too-few-models': 'A router needs two models or more to choose among.',
  'too-few-labels': 'There are too few labelled prompts.',
  'training-diverged': 'The loss is no longer a finite number.',
} as const satisfies Readonly<Record<string, string>>

/** Thresholds, budgets and guarantees. */
export const calibrationCodes = {
  'invalid-budget': 'The budget is not a number of dollars from 0.',
  'invalid-calibration-row':
    'A row to find a threshold on has a win rate that is not between 0 and 1, or a number that is not finite.',
  'invalid-confidence': 'The confidence is not a fraction between 0 and 1.',
  'invalid-max-loss': 'The allowed loss is not a fraction between 0 and 1.',
  'invalid-quality': 'The quality to keep is not a fraction above 0 and at most 1.',
  'invalid-requests': 'The number of requests is not a whole number from 1.',
  'invalid-strong-fraction': 'The share of strong calls is not a fraction from 0 to 1.',
  'invalid-win-rate': 'A win rate is not between 0 and 1.',
  'labelled-scores': 'Scores, labels and weights differ in number or are out of range.',
  'input-is-pipe': 'The input is a pipe or a device, and the command has to read it more than once.',
  'labels-without-candidates': 'No label scores all candidates of the policies.',
  'labels-were-trained-on': 'The router was trained on these labels, so they flatter it.',
  'margin-without-scores': 'Battles have no scores, so a margin of scores has no meaning.',
  'no-quality': "The strong model's scores add up to 0 or less.",
  'no-requests': 'A budget needs at least one request.',
  'no-such-threshold': 'No threshold satisfies the target.',
  'quality-without-scores': 'Battles have no scores, so a share of the score cannot be kept.',
  'policies-need-outcomes': 'Policies are measured on files of outcomes, and a benchmark is named.',
  'policy-not-scored': 'The router of a policy did not score a prompt, so no tolerance can be found.',
  'policy-without-tolerance': 'The policy has no tolerance that could be calibrated.',
  'weighted-labels': 'The labels have different weights, and a guarantee counts labels.',
} as const satisfies Readonly<Record<string, string>>

/** Benchmarks, metrics, costs and gates. */
export const evaluationCodes = {
  'arena-range': 'The accuracy or cost of the score is out of range.',
  'bad-figures': 'A file of costs or resources has wrong contents.',
  'benchmark-columns': 'A benchmark file lacks a column.',
  'benchmark-empty': 'The benchmark has no rows.',
  'benchmark-folder': 'The folder of the benchmark does not exist.',
  'benchmark-judgement-missing': 'An answer of the benchmark has no judgement.',
  'benchmark-pair': 'The benchmark does not score the two models.',
  'benchmark-row': 'A row of the benchmark is incomplete.',
  'benchmark-score': 'A row of the benchmark has a score or weight out of range.',
  'benchmark-subject-missing': 'Files of the benchmark are missing.',
  'benchmark-turns': 'A question of the benchmark has a wrong number of turns.',
  'benchmark-unequal-duplicates': 'Two rows of one prompt have different outcomes.',
  'benefit-cost-options': 'The cost floor or exponent is out of range.',
  'commercial-judgements': 'The judgements of a commercial router are incomplete.',
  'commercial-model': "A commercial router's answer names another model than the pair.",
  'cost-not-finite': 'A call has tokens or prices that are not finite.',
  'cost-range': 'The range of costs is empty.',
  'different-lengths': 'Win rates and scores differ in number.',
  'earlier-evaluation': 'The file is not a result of an earlier evaluation.',
  'invalid-requirement': 'A requirement cannot be read.',
  'no-data-folder': 'The benchmark is read from files, and no folder is given.',
  'no-interval': 'A requirement asks for an interval that was not computed.',
  'no-performance-gap': 'The strong model is not better than the weak one, so there is no gap to recover.',
  'no-tradeoff': 'The strong model is not both better and more expensive.',
  'not-comparable': 'The earlier evaluation measured something else.',
  'no-complete-rows': 'No row has the score and the cost of every model of the pool.',
  'pool-input': 'A pool is compared by outcomes or by points.',
  'pool-points': 'The file has no points, or one is not finite.',
  'requirement-failed': 'A requirement is not satisfied.',
  'resource-values': 'The values of a resource are not one finite number for each row and model.',
  'router-name-twice': 'Two routers of the evaluation have the same name.',
  samples: 'The number of bootstrap samples is not a whole number from 1.',
  'scores-disagree': 'A file gives two win rates for one prompt.',
  'scores-missing': 'A file has no win rate for some prompts.',
  'scores-row': 'A row of a score file has no prompt or win rate.',
  'tied-deciles': 'The reference metrics cannot be computed because too many win rates are equal.',
  'too-few-rows': 'There are too few rows for a bootstrap interval.',
  'unknown-benchmark': 'There is no benchmark of this name.',
  'win-rate-count': 'The number of win rates is not the number of rows.',
  'win-rate-not-finite': 'A win rate is not a finite number.',
} as const satisfies Readonly<Record<string, string>>

/** Logs of requests. */
export const auditCodes = {
  'empty-log': 'The log has no rows.',
  'labels-of-another-router':
    'The log holds the win rates of one router, and another one would score the labels.',
  'batch-ids-repeated': 'Two files of batches have the same `custom_id`.',
  'batch-too-large': 'There are too many results of batches to keep in memory.',
  'labels-without-pair': 'The labels do not compare the two models of the audit.',
  'log-unreadable': 'Too many rows of the log cannot be read.',
  'model-not-in-log': 'The log has no request of this model.',
  'no-price': 'The prices lack a model.',
  'no-prices': 'No prices are given.',
  'request-log-without-text': 'The request log was written without text, so it holds no prompts.',
  'router-not-in-log': 'The log holds neither prompts nor win rates of this router.',
  'unknown-log-format': 'The file is not a request log of a known format.',
} as const satisfies Readonly<Record<string, string>>

/** What a log or an experiment shows of a policy. */
export const evidenceCodes = {
  'difference-running': 'The page compares two versions already.',
  'invalid-certificate': 'A certificate lacks a field or has a wrong value.',
  'invalid-drift-value': 'A value or setting of a drift detector is out of range.',
  'invalid-experiment': 'The shares, ranges or rules of an experiment do not fit together.',
  'invalid-experiment-session': 'A session of an experiment has a wrong value, or comes out of order.',
  'invalid-logged-choice': 'A row of a log with propensities has a wrong value.',
  'invalid-promotion':
    'A comparison of a candidate with the router in service has too few sessions or a wrong value.',
  'not-learning': 'The server has no store to learn from, or no file with its configuration.',
  'learn-running': 'Another process learns from this store already.',
  'lock-busy': 'Another process changes the lock file or the key file.',
  'lock-changed': 'The lock file is not as it was when the change was decided on.',
  'policy-not-estimated':
    'What the policy would have chosen cannot be told from a log: it learns, or reads an answer first.',
  'policy-not-learned': 'The policy has no router and threshold that could be learned.',
  'version-missing': 'The artifact of the router that was in service before is not there, or was changed.',
  'invalid-target-policy': 'The probabilities of a policy to be estimated are not probabilities.',
} as const satisfies Readonly<Record<string, string>>

/** Flags of the command line. */
export const commandLineCodes = {
  'bad-flags': 'Flags contradict each other or have wrong values.',
  'bad-output-name': 'The name of the output file has a wrong ending.',
  'bad-pair': 'A pair is not written as `strong:weak` of two models of the file.',
  'bad-port': 'The port in the environment is not a whole number from 0 to 65535.',
  'bad-scores': 'A score file is not written as `name=file`.',
  'calibration-target': 'None or more than one target of the calibration is given.',
  'check-failed': 'A check of `routellm doctor` failed.',
  'duplicate-benchmark': 'Two benchmarks would be reported under one name.',
  'duplicate-router': 'Two routers have the same name.',
  'empty-prompt': 'The prompt is empty.',
  'file-exists': 'The file exists already and is not replaced.',
  'half-a-pair': 'Only one of the two models is given.',
  'head-only': 'Only a head on a frozen encoder can be trained.',
  'settings-unreadable': 'The settings file of another program cannot be parsed, and is left as it was.',
  'settings-unsupported':
    'The settings file of another program has a form that cannot be edited safely, and is left as it was.',
  'no-backup': 'There is no backup of a settings file to restore.',
  'no-home-folder': "The user's folder is not known, which has the settings of programs.",
  'missing-file': 'The target needs a file that is not given.',
  'missing-option': 'A required flag is not given.',
  'not-scored': 'The router could not score the prompt.',
  'nothing-to-compare': 'Neither a log nor labels are given to compare policies on.',
  'nothing-to-evaluate': 'Neither routers nor score files are given.',
  'one-model': 'The strong and the weak model are the same.',
  'option-without-use': 'A flag has no effect on this target.',
  'output-format': 'The output file is not JSON Lines.',
  'output-is-input': 'The output is one of the input files, which would be replaced.',
  'file-failure':
    'The file system refused a file, such as one of a cache: the disk is full, or permission is missing.',
  'output-unwritable': 'The output cannot be written.',
  'png-without-output': 'Pictures need a folder to write them to.',
  'policy-with-router':
    'A policy is given with an option of a router, whose threshold and models it names itself.',
  'request-log-text-without-log': '`--request-log-text` is given without `--request-log`.',
  'router-without-embeddings': 'The rows have embeddings, and the router reads prompts only.',
  'training-file-too-large': 'The fine-tuning file is larger than services take.',
} as const satisfies Readonly<Record<string, string>>

/** What a server remembers, and the commands that read it. */
export const storeCodes = {
  'store-corrupt': 'The database of the store is damaged.',
  'store-import': 'A row of the file is no row of an exported store, nor of a request log.',
  'store-locked': 'Another process keeps the database of the store locked.',
  'store-missing': 'There is no store in the folder.',
  'store-too-new': 'The store was written by a later version of this package.',
  'usage-file': 'The file states no usage of an upstream.',
} as const satisfies Readonly<Record<string, string>>

/** Arguments of mathematical functions out of their range. */
export const mathematicsCodes = {
  'beta-range': 'An argument of the beta distribution is out of range.',
  'invalid-counts': 'The counts of a proportion are out of range.',
  'invalid-probability': 'A probability is not between 0 and 1.',
  'invalid-random-range': 'The range of a random integer is empty or too large.',
  'invalid-seed': 'The seed is not a safe integer.',
  'invalid-sequence': 'The range, error rate or planned number of a sequential test is out of range.',
  'no-values': 'A quantile needs at least one value, an interval two.',
  'value-outside-range': 'A value is outside the range that a sequential test was set up for.',
} as const satisfies Readonly<Record<string, string>>

/** A code of this package. */
export type ErrorCode =
  | keyof typeof gatewayCodes
  | keyof typeof reservedCodes
  | keyof typeof routerCodes
  | keyof typeof configurationCodes
  | keyof typeof artifactCodes
  | keyof typeof hubCodes
  | keyof typeof dataCodes
  | keyof typeof labelCodes
  | keyof typeof jobCodes
  | keyof typeof trainingCodes
  | keyof typeof calibrationCodes
  | keyof typeof evaluationCodes
  | keyof typeof auditCodes
  | keyof typeof evidenceCodes
  | keyof typeof commandLineCodes
  | keyof typeof storeCodes
  | keyof typeof mathematicsCodes

/** A code of another package, such as one with a router of its own: `x-quota-used-up`. */
export type ForeignErrorCode = `x-${string}`
