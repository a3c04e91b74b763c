import { writeGeneratedDocs } from './docs/generate.mjs'
import { takeScreenshots } from './docs/screenshots/take.mjs'

// node scripts/screenshots.mjs [picture…]: writes docs/images/page-<view>.png and audit.png anew, in both schemes, from the
// built package. All of them, or those that are named.
for (const line of await takeScreenshots(process.argv.slice(2))) console.log(line)
await writeGeneratedDocs()
