module github.com/kerasrun/kerasrun

go 1.26.0

require (
	github.com/stretchr/testify v1.12.1
	golang.org/x/sys v0.49.0
	gonum.org/v1/hdf5 v0.0.0-20210714002203-8c5d23bc6946
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect
