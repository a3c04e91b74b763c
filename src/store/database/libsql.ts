// The only file that loads libsql: the build replaces it by a bundle. Loading it throws if there is no binary for the system.
export { default } from 'libsql'
