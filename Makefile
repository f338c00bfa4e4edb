# An index of tasks: make help.

PYTHON ?= python3.11

.PHONY: help
help: ## list the tasks
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: test
test: ## run all tests; needs nothing but Go
	go test -timeout 30m ./...

.PHONY: lint
lint: ## run the linters of .golangci.yml
	@command -v golangci-lint >/dev/null || GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	golangci-lint run ./...

.PHONY: generate
generate: ## write the assembly and LAYERS.md again
	go generate ./internal/kernel ./layers

.PHONY: release
release: ## build the command for six platforms into bin/release, with SHA256SUMS
	scripts/release.sh bin/release

.PHONY: image
image: ## build the container image without Docker, and run what is in it, into bin/kerasrun-image.tar
	@mkdir -p bin
	scripts/image.sh bin/kerasrun-image.tar

.PHONY: fuzz
fuzz: ## fuzz every parser for five minutes
	scripts/fuzz.sh 5m

.PHONY: bench
bench: ## Go benchmarks of kernels and programs
	go test -run '^$$' -bench . ./internal/kernel ./runtime ./keras ./train

REF ?= HEAD~1

.PHONY: bench-compare
bench-compare: ## benchstat against another commit: make bench-compare REF=main
	scripts/bench_compare.sh $(REF)

.envs/bench/done: scripts/bench/requirements.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet -r $<
	touch $@

.envs/bench-models/done: .envs/bench/done scripts/bench/models.py scripts/bench/recurrent_onnx.py
	.envs/bench/bin/python -B scripts/bench/models.py $(@D)
	touch $@

COMPARE = .envs/bench/bin/python -B scripts/bench/compare.py .envs/bench-models bin/kerasrun --markdown BENCHMARKS.md

FIT = .envs/bench/bin/python -B scripts/bench/fit.py .envs/bench-models bin/kerasrun --markdown BENCHMARKS.md

.PHONY: bench-peers
bench-peers: .envs/bench-models/done ## measure against ONNX Runtime, LiteRT, Keras and Go peers, into BENCHMARKS.md
	CGO_ENABLED=0 go build -trimpath -tags=grpcnotrace -ldflags='-s -w' -o bin/kerasrun ./cmd/kerasrun
	$(COMPARE) --threads 1
	$(COMPARE) --threads 2
	$(FIT) --threads 1
	$(FIT) --threads 2

.PHONY: keras-envs
keras-envs: .envs/k2/done .envs/k3/done ## build the Python environments with real Keras 2 and 3 under .envs

.envs/k%/done: scripts/requirements-keras%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet -r $<
	touch $@

.PHONY: fixtures
fixtures: keras-envs ## write all of testdata again with both Kerases
	.envs/k2/bin/python -B scripts/export.py --all
	.envs/k3/bin/python -B scripts/export.py --all
	.envs/k3/bin/python -B scripts/defaults.py
	.envs/k3/bin/python -B scripts/tfrecord.py

.PHONY: mutate
mutate: ## load, compile and run 20,000 damaged model files (SHARE=0.1 for a tenth)
	go run ./internal/mutate -share $(or $(SHARE),1)

.PHONY: soak
soak: ## serve under load, reloads, bad requests, overload and SIGTERM for 10 minutes (TIME=1h)
	go run ./serve/grpc/internal/soak -for $(or $(TIME),10m)

.PHONY: hostile-run
hostile-run: ## try 4,000 hostile files made from nothing (SHARE=0.1 for a tenth)
	go run ./internal/mutate -generate 4000 -share $(or $(SHARE),1)

.envs/emulate/done: scripts/emulate/processor.c
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet bochscpu-python==0.4.0
	$(CC) -shared -fPIC -O1 -o $(@D)/processor.so $<
	touch $@

.PHONY: emulate
emulate: .envs/emulate/done ## run assembly that this processor cannot on an emulated one (Linux, Python 3.11, a C compiler)
	CGO_ENABLED=0 go test -c -o bin/kernel.test ./internal/kernel
	KERASRUN_EMULATOR="env LD_PRELOAD=$(CURDIR)/.envs/emulate/processor.so $(CURDIR)/.envs/emulate/bin/python -B $(CURDIR)/scripts/emulate/run.py" \
		bin/kernel.test -test.run Emulated -test.v

.PHONY: long
long: ## what takes hours: all mutants and hostile files, more fuzzing, other processors
	scripts/long.sh

.PHONY: hostile
hostile: .envs/k3/done ## write testdata/hostile again
	.envs/k3/bin/python -B -W ignore scripts/hostile.py
