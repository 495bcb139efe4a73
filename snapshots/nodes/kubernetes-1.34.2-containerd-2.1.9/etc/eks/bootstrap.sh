#!/bin/sh
echo "/etc/eks/bootstrap.sh does not exist on this image: nodes are configured by nodeadm." >&2
echo "Replace the call by a NodeConfig (node.eks.aws/v1alpha1) in user data." >&2
echo "See https://awslabs.github.io/amazon-eks-ami/nodeadm/" >&2
exit 1
