import { expect, test } from 'vitest'
import { readArguments } from '../arguments.ts'

test.for([
  [
    ['--target', 'dcoker:x', '--suite', 'node'],
    'cannot open target "dcoker:x": no such kind of target; did you mean docker:x?',
  ],
  [['--target', 'docker:UPPER/Case'], /that is not the name of an image/],
  [['--target', ''], '--target is empty'],
  [['--spec', ''], '--spec is empty'],
  [['--suite', ''], '--suite names no suite'],
  [['--suite', ',', '--suite', 'unit'], '--suite names no suite'],
] as const)('%j is refused', ([args, sentence]) => {
  expect(() => readArguments(args)).toThrow(sentence)
})

test('targets of every kind are taken', () => {
  for (const target of [
    'docker:',
    'docker:debian:13',
    'local:',
    'evidence:e.json',
    'docker: docker:?containerd=2.1',
  ])
    expect(readArguments(['--target', target])).toMatchObject({ target })
})
