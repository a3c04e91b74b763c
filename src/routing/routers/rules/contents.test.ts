import { describe, expect, it } from 'vitest'
import { containsCode, containsMaths } from './contents.ts'

describe('containsCode', () => {
  it.each([
    ['```\nls\n```', true],
    ['def area(r):\n    return 3.14 * r * r', true],
    ['Why?\n#include <stdio.h>', true],
    ['SELECT name FROM users WHERE id = 3', true],
    ['from collections import Counter', true],
    ['export const limit = 10', true],
    ['Write a Python function that reverses a list.', true],
    ['Fix the bug in my JavaScript code', true],
    ['x = 3;\ny = 4;', true],
    ['What does `foo.bar()` do in this script?', true],
    ['What is the capital of France?', false],
    ['Select a gift for my mother from this list', false],
    ['Imports of steel rose last year.', false],
    ['The class was late; so was the bus.', false],
    ['Name three plays by Shakespeare:\n1. Hamlet\n2. Macbeth', false],
    ['', false],
  ])('%j: %s', (text, holds) => {
    expect(containsCode(text)).toBe(holds)
  })
})

describe('containsMaths', () => {
  it.each([
    ['Evaluate $\\frac{1}{2} + x^2$.', true],
    ['Solve 2x + 3 = 7 and 4y - 1 = 3', true],
    ['Find the derivative of the quadratic function.', true],
    ['What is the integral of x^2?', true],
    ['Tom has 3 apples and buys five more. How many does he have?', true],
    ['∫ f(x) dx ≥ 0', true],
    ['How many people live in France?', false],
    ['In 1990 and 1995 the prize went to women.', false],
    ['Write a story about a triangle.', false],
    ['It costs $5 or $6.', false],
    ['', false],
  ])('%j: %s', (text, holds) => {
    expect(containsMaths(text)).toBe(holds)
  })
})
