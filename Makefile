# A thin front: Meson builds, the scripts of tools/ check. Every target can be run on a clean clone.
.PHONY: all deps build test check check-all demo bench fuzz format clean

all: build

deps:
	@tools/deps

build: deps
	@tools/build release >/dev/null
	@tools/build web

# A minute or two: builds, unit tests with sanitizers, corpus replay, packs, layers, banned calls.
test:
	@tools/check --fast

check:
	@tools/check

check-all:
	@tools/check --all

demo: build
	@exec build/heedwell demo

bench: build
	@bench/run

fuzz: deps
	@tools/fuzz 60

format:
	@tools/format

clean:
	rm -rf build web/dist
