#!/usr/bin/env bash
# Old Kerases write models and answers anew, and kerasrun must agree: Keras 1.2.2 on
# Theano, 2.2.4 on TensorFlow 1.13, 2.6 on TensorFlow 2.6. Each runs where pyenv has
# its Python; what is not there is said.
set -euo pipefail
cd "$(dirname "$0")/.."
root=${1:-.envs/old}
pythons=${PYENV_ROOT:-$HOME/.pyenv}/versions

old() { # old NAME PYTHON BACKEND PACKAGES...
	local name=$1 python=$pythons/$2/bin/python backend=$3
	shift 3
	[ -x "$python" ] || { echo "$name: no Python ${python#"$pythons/"} here"; return; }
	local dir=$root/$name
	if [ ! -e "$dir/.done" ]; then
		rm -rf "$dir"
		"$python" -m pip install -q --target "$dir" "$@" >"$root/$name.log" 2>&1 || { echo "$name: cannot be installed here"; tail -5 "$root/$name.log"; return; }
		touch "$dir/.done"
	fi
	local out=$root/$name.models
	rm -rf "$out" && mkdir "$out"
	PYTHONPATH=$dir KERAS_BACKEND=$backend THEANO_FLAGS=optimizer=fast_compile,gcc.cxxflags=-O0 HOME=$out "$python" -B scripts/old.py "$out" >"$root/$name.log" 2>&1 ||
		{ tail -5 "$root/$name.log"; return 1; }
	echo "$name: $(go run ./cmd/kerasrun verify "$out" | tail -1)"
	go run ./cmd/kerasrun verify "$out" >/dev/null
}

mkdir -p "$root"
root=$(cd "$root" && pwd)
old keras-1.2.2 2.7.18 theano "keras==1.2.2" "theano==0.9.0" "numpy==1.13.3" "scipy==1.2.3" "h5py==2.10.0" "pyyaml<6" six
old keras-2.2.4 3.7.16 tensorflow "keras==2.2.4" "tensorflow==1.13.2" "numpy<1.17" "h5py<3" "protobuf<3.21" "scipy<1.8" pyyaml
old keras-2.6.0 3.9.18 tensorflow "keras==2.6.0" "tensorflow-cpu==2.6.5" "protobuf<3.21"
