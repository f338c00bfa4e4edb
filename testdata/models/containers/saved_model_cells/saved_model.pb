›
*"serve*2.15.12v2.15.0-11-g63f5a65c7cd8L
saver_filename:0StatefulPartitionedCall_1:0StatefulPartitionedCall_28"
saved_model_main_op

NoOp