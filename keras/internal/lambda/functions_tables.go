package lambda

// backendTable lists functions of keras.backend, with the parameters of Keras
// 2.15 and their names in Keras 1 (keras/src/backend.py; keras/backend/
// tensorflow_backend.py of 1.2.2).
const backendTable = `
K.abs Absolute x
K.square Square x
K.exp Exp x
K.log Log x
K.logsumexp Logsumexp x axis=axis keepdims=keepdims
K.round Round x
K.sign Sign x
K.sin Sin x
K.cos Cos x
K.pow Power x a
K.maximum Maximum x y
K.minimum Minimum x y
K.mean Mean x axis=axis keepdims=keepdims
K.sum Sum x axis=axis keepdims=keepdims
K.prod Prod x axis=axis keepdims=keepdims
K.max Max x axis=axis keepdims=keepdims
K.min Min x axis=axis keepdims=keepdims
K.var Var x axis=axis keepdims=keepdims
K.std Std x axis=axis keepdims=keepdims
K.any Any x axis=axis keepdims=keepdims
K.all All x axis=axis keepdims=keepdims
K.argmax Argmax x axis=axis:-1
K.argmin Argmin x axis=axis:-1
K.cumsum Cumsum x axis=axis:0
K.dot Dot x y
K.transpose Transpose x
K.concatenate Concatenate tensors* axis=axis:-1
K.stack|K.pack Stack x* axis=axis:0
K.permute_dimensions Transpose x axes=pattern
K.expand_dims ExpandDims x axis=axis|dim:-1
K.squeeze Squeeze x axis=axis
K.repeat_elements Repeat x repeats=rep axis=axis
K.tile Tile x repeats=n
K.reverse Flip x axis=axes
K.cast Cast x dtype=dtype
K.cast_to_floatx Cast x dtype=dtype:float32
K.one_hot OneHot indices num_classes=num_classes|nb_classes
K.gather Take reference indices axis=axis:0
K.zeros_like ZerosLike x !dtype -name
K.ones_like OnesLike x !dtype -name
K.equal Equal x y
K.not_equal NotEqual x y
K.greater Greater x y
K.greater_equal GreaterEqual x y
K.less Less x y
K.less_equal LessEqual x y
K.elu Elu x alpha=alpha:1.0
K.softmax Softmax x axis=axis:-1
K.softplus Softplus x
K.softsign Softsign x
K.sigmoid Sigmoid x
K.tanh Tanh x
K.stop_gradient StopGradient variables
keras.activations.elu Elu x alpha=alpha:1.0
keras.activations.selu Selu x
keras.activations.softmax Softmax x axis=axis:-1
keras.activations.softplus Softplus x
keras.activations.softsign Softsign x
keras.activations.sigmoid Sigmoid x
keras.activations.tanh Tanh x
keras.activations.exponential Exp x
keras.activations.swish|keras.activations.silu Silu x
keras.activations.gelu Gelu x approximate=approximate:false
`

// tensorFlowTable lists functions of TensorFlow. tf.math, tf.nn and tf.linalg
// are taken together with tf itself.
const tensorFlowTable = `
tf.abs Absolute x -name
tf.add Add x y -name
tf.subtract|tf.sub Subtract x y -name
tf.multiply|tf.mul Multiply x y -name
tf.divide|tf.truediv|tf.realdiv TrueDivide x y -name
tf.floordiv|tf.floor_div FloorDivide x y -name
tf.mod|tf.floormod Mod x y -name
tf.pow Power x y -name
tf.maximum Maximum x y -name
tf.minimum Minimum x y -name
tf.squared_difference SquaredDifference x y -name
tf.negative|tf.neg Negative x -name
tf.square Square x -name
tf.sqrt Sqrt x -name
tf.rsqrt Rsqrt x -name
tf.reciprocal Reciprocal x -name
tf.exp Exp x -name
tf.expm1 Expm1 x -name
tf.log Log x -name
tf.log1p Log1p x -name
tf.sign Sign x -name
tf.floor Floor x -name
tf.ceil Ceil x -name
tf.round Round x -name
tf.sin Sin x -name
tf.cos Cos x -name
tf.tan Tan x -name
tf.sinh Sinh x -name
tf.cosh Cosh x -name
tf.tanh Tanh x -name
tf.sigmoid Sigmoid x -name
tf.erf Erf x -name
tf.equal Equal x y -name
tf.not_equal NotEqual x y -name
tf.greater Greater x y -name
tf.greater_equal GreaterEqual x y -name
tf.less Less x y -name
tf.less_equal LessEqual x y -name
tf.logical_and LogicalAnd x y -name
tf.logical_or LogicalOr x y -name
tf.logical_not LogicalNot x -name
tf.reduce_mean Mean input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_sum Sum input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_max Max input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_min Min input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_prod Prod input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_any Any input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_all All input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.reduce_std Std input_tensor axis=axis keepdims=keepdims -name
tf.reduce_variance Var input_tensor axis=axis keepdims=keepdims -name
tf.reduce_logsumexp Logsumexp input_tensor axis=axis|reduction_indices keepdims=keepdims|keep_dims -name
tf.argmax|tf.arg_max Argmax input axis=axis|dimension:0 -output_type -name
tf.argmin|tf.arg_min Argmin input axis=axis|dimension:0 -output_type -name
tf.cumsum Cumsum x axis=axis:0 !exclusive !reverse -name
tf.matmul Matmul a b transpose_a=transpose_a transpose_b=transpose_b !adjoint_a !adjoint_b -a_is_sparse -b_is_sparse -output_type -name
tf.tensordot Tensordot a b axes=axes -name
tf.stack|tf.pack Stack values* axis=axis:0 -name
tf.expand_dims ExpandDims input axis=axis|dim -name
tf.squeeze Squeeze input axis=axis|squeeze_dims -name
tf.transpose Transpose a axes=perm !conjugate -name
tf.tile Tile input repeats=multiples -name
tf.repeat Repeat input repeats=repeats axis=axis -name
tf.reverse Flip tensor axis=axis -name
tf.cast Cast x dtype=dtype -name
tf.clip_by_value Clip t x_min=clip_value_min x_max=clip_value_max -name
tf.one_hot OneHot indices num_classes=depth !on_value !off_value axis=axis dtype=dtype -name
tf.gather Take params indices !validate_indices axis=axis:0 !batch_dims -name
tf.where Where condition x y -name
tf.zeros_like ZerosLike input|tensor !dtype -name
tf.ones_like OnesLike input|tensor !dtype -name
tf.stop_gradient StopGradient input -name
tf.relu Relu features -name
tf.relu6 Relu6 features -name
tf.elu Elu features -name
tf.selu Selu features -name
tf.leaky_relu LeakyRelu features negative_slope=alpha:0.2 -name
tf.softmax Softmax logits axis=axis|dim:-1 -name
tf.log_softmax LogSoftmax logits axis=axis|dim:-1 -name
tf.softplus Softplus features -name
tf.softsign Softsign features -name
tf.gelu Gelu features approximate=approximate:false -name
tf.silu|tf.swish Silu features !beta
`

// operationTable lists functions of keras.ops, whose parameters are those of
// Keras 3.15 (keras/src/ops).
const operationTable = `
ops.abs|ops.absolute Absolute x
ops.add Add x1 x2
ops.subtract Subtract x1 x2
ops.multiply Multiply x1 x2
ops.divide Divide x1 x2
ops.true_divide TrueDivide x1 x2
ops.floor_divide FloorDivide x1 x2
ops.mod Mod x1 x2
ops.power Power x1 x2
ops.maximum Maximum x1 x2
ops.minimum Minimum x1 x2
ops.negative Negative x
ops.square Square x
ops.sqrt Sqrt x
ops.rsqrt Rsqrt x
ops.reciprocal Reciprocal x
ops.exp Exp x
ops.expm1 Expm1 x
ops.log Log x
ops.log1p Log1p x
ops.log2 Log2 x
ops.log10 Log10 x
ops.sign Sign x
ops.floor Floor x
ops.ceil Ceil x
ops.round Round x decimals=decimals
ops.sin Sin x
ops.cos Cos x
ops.tan Tan x
ops.sinh Sinh x
ops.cosh Cosh x
ops.tanh Tanh x
ops.erf Erf x
ops.clip Clip x x_min=x_min x_max=x_max
ops.equal Equal x1 x2
ops.not_equal NotEqual x1 x2
ops.greater Greater x1 x2
ops.greater_equal GreaterEqual x1 x2
ops.less Less x1 x2
ops.less_equal LessEqual x1 x2
ops.logical_and LogicalAnd x1 x2
ops.logical_or LogicalOr x1 x2
ops.logical_not LogicalNot x
ops.where Where condition x1 x2
ops.mean Mean x axis=axis keepdims=keepdims
ops.sum Sum x axis=axis keepdims=keepdims
ops.max|ops.amax Max x axis=axis keepdims=keepdims !initial
ops.min|ops.amin Min x axis=axis keepdims=keepdims !initial
ops.prod Prod x axis=axis keepdims=keepdims !dtype
ops.std Std x axis=axis keepdims=keepdims
ops.var Var x axis=axis keepdims=keepdims
ops.any Any x axis=axis keepdims=keepdims
ops.all All x axis=axis keepdims=keepdims
ops.logsumexp Logsumexp x axis=axis keepdims=keepdims
ops.argmax Argmax x axis=axis keepdims=keepdims
ops.argmin Argmin x axis=axis keepdims=keepdims
ops.cumsum Cumsum x axis=axis !dtype
ops.matmul Matmul x1 x2
ops.dot Dot x1 x2
ops.tensordot Tensordot x1 x2 axes=axes:2
ops.concatenate Concatenate xs* axis=axis:0
ops.stack Stack x* axis=axis:0
ops.expand_dims ExpandDims x axis=axis
ops.squeeze Squeeze x axis=axis
ops.transpose Transpose x axes=axes
ops.swapaxes Swapaxes x axis1=axis1 axis2=axis2
ops.tile Tile x repeats=repeats
ops.repeat Repeat x repeats=repeats axis=axis
ops.flip Flip x axis=axis
ops.take Take x indices axis=axis
ops.cast Cast x dtype=dtype
ops.one_hot OneHot x num_classes=num_classes axis=axis:-1 dtype=dtype !sparse
ops.normalize Normalize x axis=axis:-1 order=order:2 epsilon=epsilon
ops.zeros_like ZerosLike x !dtype
ops.ones_like OnesLike x !dtype
ops.stop_gradient StopGradient variable
ops.relu Relu x
ops.relu6 Relu6 x
ops.elu Elu x alpha=alpha:1.0
ops.selu Selu x
ops.leaky_relu LeakyRelu x negative_slope=negative_slope:0.2
ops.silu|ops.swish Silu x
ops.gelu Gelu x approximate=approximate:true
ops.sigmoid Sigmoid x
ops.softplus Softplus x
ops.softsign Softsign x
ops.softmax Softmax x axis=axis:-1
ops.log_softmax LogSoftmax x axis=axis:-1
ops.hard_sigmoid HardSigmoid x
`
