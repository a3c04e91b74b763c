// The only file that loads hyparquet-writer: the build replaces it by a bundle of these parts.
export { ByteWriter, ParquetWriter } from 'hyparquet-writer'
