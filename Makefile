# A thin front: Meson builds, the scripts of tools/ check. Every target can be run on a clean clone.
.PHONY: all deps build test check check-all demo bench fuzz format install clean

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

# Program, libheed with its header, packs and the two apps; PREFIX was chosen when build/release was set up (/usr/local), DESTDIR stands before it.
install: build
	@DESTDIR="$(DESTDIR)" meson install -C build/release --quiet
	@prefix=$$(meson introspect --buildoptions build/release | python3 -c 'import json,sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"]=="prefix"))') && \
		mkdir -p "$(DESTDIR)$$prefix/share/heedwell/web" && cp -R web/dist/. "$(DESTDIR)$$prefix/share/heedwell/web/" && echo "installed below $(DESTDIR)$$prefix"

clean:
	rm -rf build web/dist
