// A process of loop.mjs: runs the months that it is told.
import { createRandom } from '../../dist/base/math/random.js'
import { runCycle } from '../../dist/learning/loop/cycle/run-cycle.js'
import { loadPriorRouter } from '../../dist/learning/training/few_label/prior.js'
import { guaranteedThreshold } from '../../dist/routing/calibration/guarantee.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { createMonths } from './months.mjs'
import { builtinWinRates, rememberVectors } from './product.mjs'
import { readWorld } from './world.mjs'

const embedder = rememberVectors(await loadBuiltinEmbedder())
const prior = await loadPriorRouter()
const world = readWorld(process.argv[2], { createRandom, builtinWinRate: builtinWinRates(prior, embedder) })
const runMonth = createMonths(world, { createRandom, guaranteedThreshold, runCycle, embedder, prior })
process.on('message', async ({ name, seed }) => process.send(await runMonth(name, seed)))
