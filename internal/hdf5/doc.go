// Package hdf5 reads and writes HDF5 files in pure Go: the container of Keras'
// .h5 and .weights.h5 files and of the weights inside a .keras archive.
//
// It knows groups, attributes and datasets and nothing of Keras. Structures are
// read as the "HDF5 File Format Specification Version 3.0" of The HDF Group
// describes them; its section names are cited where a layout is decoded.
//
// Reading is lazy: [Open] looks at the superblock and the root header, all else
// is read when asked for. Whatever a file holds, reading it ends in a value or
// in an error ([FormatError], [UnsupportedError], [LimitError]): offsets and
// lengths are checked against the file size before memory is taken, trees are
// walked with visited sets and depth limits, and the metadata read in total is
// bounded by a multiple of the file size.
//
// Writing goes the other way: a tree of [GroupNode] and [DatasetNode] is laid
// out and streamed by [Write] in the form Keras' own h5py writes.
//
// What belongs here: the file format. Names of layers, weights or attributes of
// Keras do not.
package hdf5
