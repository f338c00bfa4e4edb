// Package einsum computes sums of products given as equations: "ab,bc->ac" is the product
// of two matrices. Layers of several families use it.
package einsum
