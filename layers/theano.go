package layers

// TheanoSame is the padding "same" of Keras' Theano backend where it differs from
// TensorFlow's: as much is added behind as in front, and what the result has too
// much is cut off its end (keras 2.2.4 backend/theano_backend.py,
// _postprocess_conv2d_output and pool2d). Package spelling asks for it.
const TheanoSame = "theano_same"
