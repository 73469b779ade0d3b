# Each target is one script under tests/scripts, which says what it does as it goes.
.PHONY: run test check bench bench-gallery bench-peers soak bundle pictures

run: ## install what is missing, build, open Rushes
	@tests/scripts/run.sh

check: ## formatting and lints
	@tests/scripts/check.sh

test: ## everything, on a fresh machine too
	@tests/scripts/test.sh

bench: ## time to first paint, memory, overhead, thumbnails
	@tests/scripts/bench.sh

soak: ## what takes too long for make test: every place to die of a render
	@tests/scripts/soak.sh

bench-gallery: ## large libraries, in the store, in Chromium and in the window
	@tests/scripts/bench-gallery.sh

bench-peers: ## Rushes beside the official clients of four services, under the same faults
	@tests/scripts/bench-peers.sh

bundle: ## a .deb and an .rpm under target/release/bundle
	@tests/scripts/bundle.sh

pictures: ## every screen and state, in both themes and two sizes, into docs/pictures
	@tests/scripts/pictures.sh
