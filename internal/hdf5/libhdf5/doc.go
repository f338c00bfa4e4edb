// Package libhdf5 reads and writes the trees of package hdf5 with The HDF
// Group's C library, by way of gonum.org/v1/hdf5. It is the second opinion: its
// tests read with one implementation what the other wrote.
//
// It is built only with the tag libhdf5, needs cgo and the library's headers
// (libhdf5-dev on Debian), and is no part of any default build. A damaged file
// can crash or hang the C library and the process with it, which no Go code can
// prevent: read files of strangers with package hdf5.
package libhdf5
