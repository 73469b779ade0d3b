# What the fuzzing scripts share: a build with every branch counted. Sourced after lib.sh, with $place set.
# Stable Rust will do: the branches are counted by LLVM's own pass, and libFuzzer is built from its crate.

# Builds one of tests/fuzz; prints where it is.
counted() {
    local host
    host=$(rustc -vV | sed -n 's/^host: //p')
    # With --target, build scripts and macros are left uncounted. These are cargo-fuzz's own flags.
    RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
        CARGO_TARGET_DIR=$place/build cargo build --quiet --release --locked --target "$host" \
        --manifest-path tests/fuzz/Cargo.toml --bin "$1" >&2
    printf '%s\n' "$place/build/$host/release/$1"
}
