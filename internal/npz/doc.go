// Package npz reads and writes NumPy's .npy and .npz files.
//
// Here belongs what those two formats need and nothing more: the header, the
// element types, the zip around several arrays, and the limits that keep a
// hostile file from taking memory. What an array means is the caller's.
//
// The format is that of numpy/lib/_format_impl.py ("NEP 1 — A simple file
// format for NumPy arrays"), versions 1.0 to 3.0. Arrays of Python objects
// hold pickles, which are programs; they are refused, as are record arrays.
package npz
