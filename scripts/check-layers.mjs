// Checks the rules for the tree that ARCHITECTURE.md explains: the layer table, no circle of imports, no crowded folder.
import { findCircles, findCrowdedFolders, findForbiddenImports } from './layers/check.mjs'
import { readTree } from './layers/read-tree.mjs'
import { wings } from './layers/wings.mjs'
import { project } from './setup/project.mjs'

const tree = readTree(project)
const problems = [...findForbiddenImports(tree, wings), ...findCircles(tree), ...findCrowdedFolders(tree)]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`layers: ${tree.size} files keep to the rules`)
