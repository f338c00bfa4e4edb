// Package images reads image files into the numbers that Keras makes of them.
//
// What belongs here: decoding to 8 bits a channel as Pillow does it, and what
// keras.utils.load_img and image_dataset_from_directory do with an image: color
// modes, cropping, resizing. Where the standard library's pixels differ from
// those of libjpeg, libwebp or Pillow, this package computes theirs.
package images
