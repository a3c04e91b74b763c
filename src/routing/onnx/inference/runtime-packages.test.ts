import { expect, it } from 'vitest'
import { findInferencePackages } from './runtime-packages.ts'

it('finds the packages without loading them', () => {
  const { runtimePath, tokenizersPath } = findInferencePackages()
  expect(runtimePath).toMatch(/onnxruntime-node/)
  expect(tokenizersPath).toMatch(/tokenizers/)
})

it.each([
  [['onnxruntime-node'], 'the package onnxruntime-node, which is not installed'],
  [
    ['onnxruntime-node', '@huggingface/tokenizers'],
    'the packages onnxruntime-node and @huggingface/tokenizers, which are not installed',
  ],
])('says how to install %j', (missing, says) => {
  const resolve = (name: string) => {
    if (missing.includes(name)) throw new Error(`Cannot find module '${name}'`)
    return `/somewhere/${name}`
  }
  const find = () => findInferencePackages(resolve)
  expect(find).toThrow(says)
  expect(find).toThrow('npm install onnxruntime-node @huggingface/tokenizers')
  expect(find).toThrow('ONNXRUNTIME_NODE_INSTALL=skip')
})
