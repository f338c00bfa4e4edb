// Package tensorflow reads the files in which TensorFlow keeps variables: the
// checkpoint bundle (NAME.index with NAME.data-NNNNN-of-NNNNN beside it) and what
// a SavedModel says of the objects that own them.
//
// Here belongs what those containers need and nothing of what Keras makes of
// them: the sorted table with its blocks, the few protocol buffers inside, the
// shards, and the graph of objects that names the variables. Graphs of
// operations and functions are skipped unread.
//
// Every size is checked before memory is taken for it, every table block and
// every tensor against its checksum.
package tensorflow
