/**
 * How many /28 prefixes the VPC CNI can at most take from an IPv4 subnet with a mask of `maskBits`: EC2 keeps the first four addresses and the
 * last, which spoils the first and the last prefix. Scattered single addresses spoil more, so keep a subnet CIDR reservation for prefixes.
 * A /24 has 14, a /28 none.
 */
export const prefixesInSubnet = (maskBits: number): number =>
  Number.isInteger(maskBits) && maskBits >= 0 && maskBits <= 28 ? Math.max(2 ** (28 - maskBits) - 2, 0) : 0
