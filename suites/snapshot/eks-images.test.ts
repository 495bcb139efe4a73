import { expect, test } from 'vitest'
import { type EksImages, eksImages } from '../../src/render/eks-images.ts'

const addOns = {
  kubeProxy: ['v1.34.0-eksbuild.2', 'v1.34.1-eksbuild.4'],
  vpcCni: ['v1.20.4-eksbuild.2', 'v1.21.1-eksbuild.1'],
}

const lists: Readonly<Record<string, EksImages>> = {
  'us-west-2': { kubernetes: '1.34', region: 'us-west-2', ...addOns },
  'us-east-1-fips': { kubernetes: '1.34', region: 'us-east-1', fips: true, ...addOns },
  'us-gov-west-1-fips': { kubernetes: 'v1.33.5', region: 'us-gov-west-1', fips: true, ...addOns },
  'cn-north-1': { kubernetes: '1.34', region: 'cn-north-1', ...addOns },
  'us-iso-east-1': { kubernetes: '1.32', region: 'us-iso-east-1', ...addOns },
  'il-central-1-with-pause': { kubernetes: '1.34', region: 'il-central-1', pause: '3.10', ...addOns },
  'us-west-2-before-minimal-kube-proxy': {
    kubernetes: '1.23',
    region: 'us-west-2',
    kubeProxy: ['v1.23.17-eksbuild.9'],
  },
}

test.for(Object.entries(lists))('the images of %s', async ([name, inputs]) => {
  await expect(`${eksImages(inputs).join('\n')}\n`).toMatchFileSnapshot(
    `../../snapshots/eks-images/${name}.txt`,
  )
})

test('a region without a known registry is refused with the nearest one', () => {
  expect(() => eksImages({ kubernetes: '1.34', region: 'us-wset-2' })).toThrow(/did you mean us-west-2\?/)
})

test('a FIPS node is not given the ordinary registry', () => {
  expect(() => eksImages({ kubernetes: '1.34', region: 'eu-west-1', fips: true })).toThrow(
    /no dkr.ecr-fips endpoint/,
  )
})
