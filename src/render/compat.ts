/**
 * `nodeadm`: reproduce nodeadm (awslabs/amazon-eks-ami 81fec2e8, 2026-07-23) byte for byte where it is deterministic, silent bugs included.
 * Left out: render what a good node has, and refuse with a sentence where nodeadm would write a file that does not do what was asked.
 */
export type Compat = 'nodeadm'
