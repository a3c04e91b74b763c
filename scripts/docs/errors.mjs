import { table } from './markdown.mjs'

/**
 * The tables of docs/errors.md, one for each section of the table of error codes.
 *
 * @param {Readonly<Record<string, Readonly<Record<string, string | readonly [status: number, meaning: string]>>>>} sections
 *   exports of src/error-codes.ts
 */
export function errorsMarkdown(sections) {
  const unknown = Object.keys(sections).find((name) => headings[name] === undefined)
  if (unknown !== undefined) throw new Error(`scripts/docs/errors.mjs has no heading for ${unknown}`)
  return Object.entries(headings)
    .filter(([name]) => sections[name] !== undefined)
    .map(([name, [heading, about]]) => {
      const rows = Object.entries(sections[name] ?? {})
      const isWire = rows.some(([, row]) => typeof row !== 'string')
      return [`## ${heading}`, about, isWire ? wireTable(rows) : libraryTable(rows)].join('\n\n')
    })
    .join('\n\n')
}

/**
 * Section of src/error-codes.ts → its heading and introduction, in the order of the page.
 *
 * @type {Readonly<Record<string, readonly [heading: string, about: string]>>}
 */
const headings = {
  gatewayCodes: [
    'Gateway',
    'Errors in replies of the gateway. The library has the same codes with `-` instead of `_`.',
  ],
  reservedCodes: ['Reserved', 'The gateway will use these codes. Nothing returns them yet.'],
  routerCodes: [
    'Routers and embedders',
    'A router or embedder cannot score a prompt. The gateway answers with the strong model and reports the fallback.',
  ],
  configurationCodes: [
    'Configuration',
    '`routellm.yaml`, flags or options of the library are wrong or do not fit together.',
  ],
  artifactCodes: [
    'Artifacts and checkpoints',
    'A file of a trained router is missing, broken or of another version.',
  ],
  hubCodes: ['Hub and downloads', 'A model or data set cannot be downloaded.'],
  dataCodes: ['Data files', 'A file or row cannot be read or converted. The message names file and line.'],
  labelCodes: ['Labels', 'A checker or judge cannot label answers.'],
  trainingCodes: ['Training', 'A router cannot be trained on the given data and options.'],
  calibrationCodes: ['Calibration', 'A threshold, budget or guarantee cannot be computed.'],
  evaluationCodes: [
    'Evaluation',
    'A benchmark, metric, cost report or gate cannot be computed, or a gate fails.',
  ],
  auditCodes: ['Audit', 'A log of requests cannot be read or priced.'],
  jobCodes: ['Jobs', 'A job or a queue of jobs cannot do what it is asked.'],
  evidenceCodes: [
    'Evidence',
    'A log, an experiment or a certificate cannot be used as evidence for a policy.',
  ],
  commandLineCodes: ['Command line', 'Flags are missing or contradict each other, or a check failed.'],
  storeCodes: ['Store', 'The database of the store cannot be used.'],
  mathematicsCodes: ['Mathematics', 'An argument of a function is out of its range.'],
}

function wireTable(rows) {
  return table(
    ['code', 'status', 'meaning'],
    rows.map(([code, [status, meaning]]) => [`\`${code.replaceAll('-', '_')}\``, status, meaning]),
  ).replace('---: | ---:', '---: | ---')
}

function libraryTable(rows) {
  return table(
    ['code', 'meaning'],
    rows.map(([code, meaning]) => [`\`${code}\``, meaning]),
  ).replace('| --- | ---: |', '| --- | --- |')
}
