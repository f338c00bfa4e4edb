module github.com/kerasrun/kerasrun

go 1.26
