/** Paths of the page's views; each begins with the same document. A path below one is an item of it. */
export const viewPaths = [
  '/',
  '/curve',
  '/requests',
  '/sessions',
  '/label',
  '/routers',
  '/playground',
  '/keys',
] as const
