#!/bin/sh
# Builds llama.cpp's `llama-perplexity` natively: build_llama.sh SOURCE BUILD (SOURCE: vendor/llama.cpp of PyPI llama-cpp-python's source).
# CMake must be given the real path of the source, not a link.
set -eu
source=$(realpath "$1")
cmake -S "$source" -B "$2" -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DBUILD_SHARED_LIBS=OFF \
  -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF \
  -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF
cmake --build "$2" --target llama-perplexity -j 2
echo "built: $2/bin/llama-perplexity"
