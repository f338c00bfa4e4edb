// Package parquet reads and writes Apache Parquet files of columns and of lists.
//
// What belongs here: the file format, not what rows mean to a model. Columns are
// read page by page, so that memory depends on pages and not on the file, and
// every size that a file claims is checked before memory is taken for it. The
// format is that of https://parquet.apache.org/docs/file-format/.
package parquet
