import { Option } from 'commander'

/** How a file of a data set on the hub is named, for the help. */
export const hubFileHelp =
  'A file may be hub:owner/name/path/in/it, or hub:owner/name@revision/…: it is downloaded into the hub cache.'

export function duplicateIdsOption(): Option {
  return new Option('--duplicate-ids <how>', 'rows with the same "id" and different content')
    .choices(['error', 'keep'])
    .default('error')
}
