import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../../setup/project.mjs'
import { pictures } from './pictures.mjs'

/** The pictures that were taken, each in the scheme of the reader, with its title. */
export function pictureList() {
  return pictures
    .filter(({ name }) => existsSync(join(project, 'docs', 'images', `${name}.png`)))
    .map(
      ({ name, title }) =>
        `**${title}**\n\n<picture><source media="(prefers-color-scheme: dark)" srcset="images/${name}-dark.png"><img alt="${title}" src="images/${name}.png"></picture>`,
    )
    .join('\n\n')
}
