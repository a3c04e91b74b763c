import { buildWhatIsStale } from './build.mjs'
import { installWhatIsMissing } from './install.mjs'

/** Makes a fresh clone ready to run: dependencies, then dist/. Ends the process with a message where it cannot. */
export async function setUp() {
  try {
    await installWhatIsMissing()
    await buildWhatIsStale()
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
