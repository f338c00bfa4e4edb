# An index of tasks: make help.

PYTHON ?= python3.11

.PHONY: help
help: ## list the tasks
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

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
