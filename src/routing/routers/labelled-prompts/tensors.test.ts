import { describe, expect, it } from 'vitest'
import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { encodeSafetensors, parseSafetensors, type Tensor } from '../../../base/artifact/safetensors.ts'
import { quantizeRows } from '../../../base/math/similarity/rows.ts'
import { excerptOf, type LabelledPrompts } from './labelled-prompts.ts'
import { promptsOfArtifact, searchRows, tensorsOfPrompts } from './tensors.ts'

const values = Float32Array.of(1, 0, 0.6, 0.8, -1, 0)
const excerpts = ['Grüße', '', '数学 \ud83d\ude00']
const floats: LabelledPrompts = { rows: { precision: 'float32', dimensions: 2, values }, excerpts }
const bytes: LabelledPrompts = { rows: quantizeRows(values, 2, 'int8'), excerpts }

function artifactOf(tensors: Iterable<[string, Tensor]>): RouterArtifact {
  const file = encodeSafetensors(new Map(tensors))
  return {
    manifest: {
      formatVersion: 1,
      kind: 'knn',
      name: 'test',
      embedder: { id: 'e', dimensions: 2 },
      pair: { strong: 's', weak: 'w' },
      models: ['s', 'w'],
      data: [],
      seed: 0,
      options: {},
      metrics: {},
      created: '2024-01-01',
    },
    tensors: parseSafetensors(file, 'test'),
  }
}

describe('labelled prompts in an artifact', () => {
  it('come back as they were, floats and bytes', () => {
    for (const prompts of [floats, bytes])
      expect(promptsOfArtifact(artifactOf(tensorsOfPrompts(prompts)), 'a')).toEqual(prompts)
  })

  it('are refused where a tensor is missing, of another shape, or points outside the text', () => {
    const spoilt = (change: (tensors: Map<string, Tensor>) => void) => {
      const tensors = new Map(tensorsOfPrompts(floats))
      change(tensors)
      return () => promptsOfArtifact(artifactOf(tensors), 'folder')
    }
    expect(spoilt((tensors) => tensors.delete('embeddings'))).toThrow(/folder has no tensor embeddings/)
    expect(spoilt((tensors) => tensors.delete('excerpt_ends'))).toThrow(/no tensor excerpt_ends/)
    expect(spoilt((tensors) => tensors.set('embeddings', tensors.get('excerpt_ends')!))).toThrow(
      /\[prompts, 2\] is needed/,
    )
    expect(
      spoilt((tensors) => tensors.set('excerpts', { dtype: 'U8', shape: [3], bytes: new Uint8Array(3) })),
    ).toThrow(/3 bytes/)
    const [[, embeddings]] = tensorsOfPrompts(bytes) as [[string, Tensor]]
    expect(spoilt((tensors) => tensors.set('embeddings', embeddings))).toThrow(/no tensor embedding_scales/)
  })

  it('are searched as 16-bit integers where floats were stored, unless told; bytes stay bytes', () => {
    expect(searchRows(floats.rows, undefined).precision).toBe('int16')
    expect(searchRows(floats.rows, 'float32')).toBe(floats.rows)
    expect(searchRows(floats.rows, 'int8').precision).toBe('int8')
    expect(searchRows(bytes.rows, undefined)).toBe(bytes.rows)
    expect(() => searchRows(bytes.rows, 'float32')).toThrow(/stored as int8/)
  })
})

describe('an excerpt', () => {
  it('is the beginning on one line', () => {
    expect(excerptOf('  What\n\tis  2 + 2? ', 100)).toBe('What is 2 + 2?')
    expect(excerptOf('abcdefgh', 5)).toBe('abcd…')
    expect(excerptOf('abcdefgh', 8)).toBe('abcdefgh')
    expect(excerptOf('abc', 0)).toBe('')
  })

  it('never cuts a character in two, and can always be stored', () => {
    expect(excerptOf('😀😀😀', 2)).toBe('😀…')
    const lone = [excerptOf('x\ud83d', 9), excerptOf('\ude00y', 9)]
    const prompts = { ...floats, excerpts: [...lone, ''] }
    expect(promptsOfArtifact(artifactOf(tensorsOfPrompts(prompts)), 'a').excerpts).toEqual([...lone, ''])
  })
})
